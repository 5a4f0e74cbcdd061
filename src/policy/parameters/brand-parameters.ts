import type { PolicyPath } from '../policy.ts'
import type { Parameter } from './parameter.ts'
import type { ParameterGroup } from './parameters.ts'

function text(
  path: PolicyPath,
  slug: string,
  label: string,
  max: number,
  help: string,
): Extract<Parameter, { kind: 'text' }> {
  return { kind: 'text', path, slug, label, max, help }
}

const brand: readonly Parameter[] = [
  text('brand.name', 'nombre', 'Nombre', 40, 'Como lo dicen los clientes; está en cada página.'),
  text('brand.legalName', 'razon-social', 'Razón social', 80, 'Al pie de cada correo.'),
  {
    kind: 'logo',
    path: 'brand.logo',
    slug: 'logo',
    label: 'Logo',
    help: 'SVG o PNG cuadrado, de hasta 100 KB. Está en cada página y en el RIDE.',
  },
  {
    kind: 'colour',
    path: 'brand.colour',
    slug: 'color',
    label: 'Color principal',
    help: 'Botones, enlaces y barras. El del tema oscuro se calcula de él.',
  },
]

const texts: readonly Parameter[] = [
  {
    ...text('brand.phone', 'telefono', 'Teléfono de ayuda', 20, 'Con espacios entre los grupos.'),
    form: {
      pattern: /^\+?\d[\d ]{4,}\d$/,
      sentence: 'Escribe solo cifras y espacios, como 1700 000 000.',
    },
  },
  text('brand.hours', 'horario', 'Horario de ayuda', 60, 'Después del teléfono, sin punto.'),
  text('brand.motto', 'lema', 'Lema', 80, 'En la página de ingreso.'),
  text(
    'brand.safety',
    'seguridad',
    'Frase de seguridad',
    200,
    'En la página de ingreso: lo que el banco nunca pide.',
  ),
  {
    ...text('brand.mailFooter', 'pie-correo', 'Pie de los correos', 200, 'Puede quedar vacío.'),
    mayBeEmpty: true,
  },
]

export const brandParameters: readonly ParameterGroup[] = [
  { title: 'Marca', parameters: brand },
  { title: 'Textos', parameters: texts },
]
