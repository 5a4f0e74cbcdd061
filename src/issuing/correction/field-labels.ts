/** Words of the SRI's names that are written otherwise when they stand in a sentence. */
const SPELLED: Readonly<Record<string, string>> = {
  adicional: 'adicional',
  codigo: 'código',
  concepto: 'concepto',
  descripcion: 'descripción',
  devolucion: 'devolución',
  dir: 'dirección',
  direccion: 'dirección',
  doc: 'documento',
  emision: 'emisión',
  fecha: 'fecha',
  fin: 'fin del',
  guia: 'guía',
  id: 'identificación',
  identificacion: 'identificación',
  informacion: 'información',
  ini: 'inicio del',
  iva: 'IVA',
  modificacion: 'de la modificación',
  num: 'número',
  numero: 'número',
  pais: 'país',
  razon: 'razón',
  remision: 'remisión',
  retencion: 'retención',
  ruc: 'RUC',
  rise: 'RISE',
}

/** What a few elements are called that their names do not tell. */
const NAMED: Readonly<Record<string, string>> = {
  codDoc: 'Código del documento',
  detalle: 'Línea',
  detallesAdicionales: 'Detalles adicionales',
  infoAdicional: 'Campos adicionales',
  tipoIdentificacionComprador: 'Tipo de identificación',
  identificacionComprador: 'Identificación',
  razonSocialComprador: 'Nombre o razón social',
  direccionComprador: 'Dirección',
  totalConImpuestos: 'Impuestos',
  totalImpuesto: 'Impuesto',
}

/** What an element is called on the screen: «Precio total sin impuesto» of `precioTotalSinImpuesto`. */
export function labelOf(name: string): string {
  const known = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined
  if (known !== undefined) return known
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(' ')
    .map((word) => (Object.hasOwn(SPELLED, word) ? SPELLED[word] : word))
  const text = words.join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
