import type { Day } from '../../values/day.ts'

/**
 * Withholding of income tax («retención en la fuente de renta»): code, concept and percentage until
 * February 2024, from March 2024 to February 2026, and since March 2026. null is not known or
 * variable. Compilations, not the law: for labels and remarks, never for calculating.
 */
type IncomeWithholdingRow = readonly [
  code: string,
  concept: string,
  untilFebruary2024: number | null,
  untilFebruary2026: number | null,
  since: number | null,
]

export const incomeWithholdingRows: readonly IncomeWithholdingRow[] = [
  ['302', 'Relación de dependencia', null, null, null],
  [
    '303',
    'Honorarios y servicios profesionales de personas naturales, ligados al título',
    10,
    10,
    10,
  ],
  ['303A', 'Servicios profesionales prestados por sociedades', null, null, 5],
  ['304', 'Servicios donde predomina el intelecto, no ligados al título', 8, 10, 10],
  ['304A', 'Comisiones y similares, personas naturales', 8, 10, 10],
  ['304B', 'Notarios y registradores', 8, 10, 10],
  ['304C', 'Deportistas, entrenadores, árbitros', 8, 10, 10],
  ['304D', 'Artistas', 8, 10, 10],
  ['304E', 'Docencia', 8, 10, 10],
  ['307', 'Servicios donde predomina la mano de obra', 2, 2, 3],
  ['308', 'Uso de imagen o renombre', 10, null, 10],
  ['309', 'Medios de comunicación y agencias de publicidad', 1.75, 2.75, 3],
  ['310', 'Transporte privado de pasajeros y de carga', 1, null, 1],
  ['311', 'Pagos con liquidación de compra', 2, null, 3],
  ['312', 'Compra de bienes muebles corporales', 1.75, 1.75, 2],
  ['312A', 'Bienes de origen agrícola, avícola, pecuario y similares, al productor', 1, null, 1],
  ['312C', 'Bienes agrícolas y similares, al comercializador', null, null, 1.75],
  ['314A', 'Regalías de franquicias, a personas naturales', 8, null, 10],
  ['314B', 'Cánones, derechos de autor, marcas, patentes, a personas naturales', 8, null, 10],
  ['314C', 'Regalías de franquicias, a sociedades', 8, null, 10],
  ['314D', 'Cánones, derechos de autor, marcas, patentes, a sociedades', 8, null, 10],
  ['319', 'Arrendamiento mercantil (leasing)', 1.75, 2, 2],
  ['320', 'Arriendo de inmuebles', 8, 10, 10],
  ['322', 'Seguros y reaseguros (primas y cesiones)', 1.75, 1, 2],
  ['323', 'Rendimientos financieros pagados a naturales y sociedades que no son IFI', 2, 2, 3],
  ['323A', 'Rendimientos: depósitos en cuenta corriente', 2, 2, 3],
  ['323B1', 'Rendimientos: depósitos en cuenta de ahorros de sociedades', 2, 2, 3],
  ['323E', 'Rendimientos: depósito a plazo fijo, gravado', 2, 2, 3],
  ['323E2', 'Rendimientos: depósito a plazo fijo, exento', 0, 0, 0],
  ['323F', 'Rendimientos: operaciones de reporto', 2, 2, 3],
  ['323G', 'Rendimientos: inversiones distintas de las de IFI', 2, 2, 3],
  ['323H', 'Rendimientos: obligaciones', 2, 2, 3],
  ['323I', 'Rendimientos: bonos convertibles en acciones', 2, 2, 3],
  ['323M', 'Rendimientos: títulos de renta fija, gravados', 2, 2, 3],
  ['323N', 'Rendimientos: títulos de renta fija, exentos', 0, 0, 0],
  [
    '323O',
    'Intereses a bancos y entidades bajo la Superintendencia de Bancos o de la SEPS',
    0,
    0,
    0,
  ],
  ['323P', 'Intereses pagados por entidades del sector público', 2, 2, 3],
  ['323Q', 'Otros intereses y rendimientos gravados', 2, 2, 3],
  ['323R', 'Otros intereses y rendimientos exentos', 0, 0, 0],
  ['323S', 'Pagos del Banco Central y de depósitos centralizados, a IFI', 2, 2, 3],
  ['323T', 'Rendimientos de deuda pública ecuatoriana', 0, 0, 0],
  [
    '323U',
    'Rendimientos de títulos a 360 días o más para proyectos de asociación público-privada',
    0,
    0,
    0,
  ],
  [
    '324A',
    'Intereses en operaciones entre IFI y entidades de economía popular y solidaria',
    null,
    null,
    2,
  ],
  ['324B', 'Inversiones entre IFI y entidades de economía popular y solidaria', null, null, 2],
  ['324C', 'Intereses y comisiones entre IFI', null, null, 2],
  ['325', 'Anticipo de dividendos', null, null, 25],
  ['325A', 'Préstamos a accionistas y beneficiarios', null, null, 25],
  ['326', 'Dividendos con impuesto único', null, null, null],
  ['327', 'Dividendos a personas naturales residentes', null, null, null],
  ['328', 'Dividendos a sociedades residentes', 0, 0, 0],
  ['329', 'Dividendos a fideicomisos residentes', 0, 0, 0],
  ['331', 'Dividendos en acciones (capitalización)', 0, 0, 0],
  ['332', 'Otras compras no sujetas a retención', 0, 0, 0],
  ['332B', 'Compra de inmuebles', 0, 0, 0],
  ['332C', 'Transporte público de pasajeros', 0, 0, 0],
  ['332D', 'Transporte internacional, compañías de aviación o marítimas', 0, 0, 0],
  ['332E', 'Valores entregados por cooperativas de transporte a sus socios', 0, 0, 0],
  ['332F', 'Compraventa de divisas', 0, 0, 0],
  ['332G', 'Pagos con tarjeta de crédito', 0, 0, 0],
  ['332H', 'Pago al exterior con tarjeta, reportado por la emisora (RECAP)', 0, 0, 0],
  ['332I', 'Pagos por convenio de débito (clientes de IFI)', 0, 0, 0],
  ['333', 'Ganancia en enajenación de derechos de capital no cotizados', null, null, 10],
  ['334', 'Contraprestación en enajenación de derechos de capital', null, null, 2],
  ['335', 'Loterías, rifas, apuestas', null, null, 15],
  ['336', 'Venta de combustible a comercializadoras', null, null, 0.2],
  ['337', 'Venta de combustible a distribuidores', null, null, 0.3],
  ['338', 'Producción y venta local de banano', null, null, null],
  ['340', 'Impuesto único a la exportación de banano', null, null, 3],
  ['343', 'Otras retenciones al 1 %, RIMPE emprendedor', 1, null, 1],
  ['343A', 'Energía eléctrica', null, null, 2],
  ['343B', 'Construcción, urbanización, lotización', 1.75, null, 2],
  ['343C', 'Botellas plásticas no retornables y reciclaje', null, null, 2],
  ['3440', 'Otras retenciones, residual', 2.75, 2.75, 3],
  ['344A', 'Pago local con tarjeta, reportado por la emisora', 2, null, 2],
  ['344B', 'Adquisición de sustancias minerales', null, null, 2],
  ['346', 'Otras retenciones a otros porcentajes', null, null, null],
  ['346A', 'Otras ganancias de capital', null, null, null],
  ['346B', 'Donaciones en dinero', null, null, null],
  ['346C', 'Concentrados y minerales, exportación', null, null, null],
  ['346D', 'Minerales, comercialización', null, null, null],
  ['3480', 'Pronósticos deportivos', null, null, 15],
  ['3481', 'Autorretención de grandes contribuyentes', null, null, null],
  ['3482', 'Comisiones a sociedades', null, 3, 5],
  ['350', 'Otras autorretenciones', null, null, null],
]

const concepts: ReadonlyMap<string, string> = new Map(
  incomeWithholdingRows.map(([code, concept]) => [code, concept]),
)

/** From these days on the next column holds. */
const RAISED = ['2024-03-01', '2026-03-01'] as const

const percentages: ReadonlyMap<string, readonly (number | null)[]> = new Map(
  incomeWithholdingRows.map(([code, , ...changing]) => [code, changing]),
)

/** What a code used to withhold on a day, in percent; null when no table says. For remarks only. */
export function usualPercentage(code: string, day: Day): number | null {
  const column = RAISED.filter((first) => day >= first).length
  return percentages.get(code)?.[column] ?? null
}

/** What income was withheld from; null when the code is not in the table. */
export function incomeWithholdingConcept(code: string): string | null {
  return concepts.get(code.trim().toUpperCase()) ?? null
}
