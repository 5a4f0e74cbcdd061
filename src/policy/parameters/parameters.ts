import type { PolicyPath } from '../policy.ts'
import { brandParameters } from './brand-parameters.ts'
import type { Parameter } from './parameter.ts'

/** Rules that are looked at together. */
export interface ParameterGroup {
  readonly title: string
  readonly parameters: readonly Parameter[]
}

function number(
  path: PolicyPath,
  slug: string,
  label: string,
  [min, max, unit]: readonly [min: number, max: number, unit: string],
  help = '',
): Parameter {
  return { kind: 'number', path, slug, label, help, unit, bounds: { min, max } }
}

function yesOrNo(path: PolicyPath, slug: string, label: string, help = ''): Parameter {
  const choices = [
    { value: true, text: 'Sí' },
    { value: false, text: 'No' },
  ]
  return { kind: 'choice', path, slug, label, help, choices }
}

const passwords: readonly Parameter[] = [
  number('password.lengthMin', 'clave-largo', 'Largo mínimo', [8, 20, 'caracteres']),
  number('password.lengthMax', 'clave-tope', 'Largo máximo', [64, 128, 'caracteres']),
  number('password.lettersMin', 'clave-letras', 'Letras, al menos', [0, 8, '']),
  number('password.uppercaseMin', 'clave-mayusculas', 'Mayúsculas, al menos', [0, 3, '']),
  number('password.digitsMin', 'clave-cifras', 'Cifras, al menos', [0, 3, '']),
  yesOrNo('password.symbols', 'clave-signos', 'Admite signos'),
  yesOrNo('password.spaces', 'clave-espacios', 'Admite espacios', 'Con ellos caben frases.'),
]

const codes: readonly Parameter[] = [
  number('code.length', 'codigo-largo', 'Largo de un código', [5, 8, 'signos']),
  number('code.lifetimeMinutes', 'codigo-vigencia', 'Vigencia de un código', [1, 5, 'minutos']),
  number('code.attemptsMax', 'codigo-intentos', 'Intentos por código', [3, 6, 'intentos']),
  number('code.resendAfterSeconds', 'codigo-reenvio', 'Espera para pedir otro', [
    20,
    300,
    'segundos',
  ]),
]

const signingIn: readonly Parameter[] = [
  number(
    'login.failuresMax',
    'bloqueo-intentos',
    'Intentos fallidos que bloquean',
    [3, 5, 'intentos'],
    'Seguidos, desde equipos desconocidos. Su dueño se desbloquea con un correo.',
  ),
  number(
    'login.failuresCeiling',
    'bloqueo-tope',
    'Intentos fallidos que cierran',
    [10, 100, 'intentos'],
    'Seguidos, desde cualquier equipo. Después solo ayuda el banco.',
  ),
  number('session.idleMinutes', 'sesion-pausa', 'Cierre por inactividad', [3, 15, 'minutos']),
  number('session.staffIdleMinutes', 'sesion-pausa-interna', 'Cierre por inactividad, interno', [
    3,
    15,
    'minutos',
  ]),
  number('session.absoluteHours', 'sesion-tope', 'Duración máxima de una sesión', [1, 12, 'horas']),
]

const firstLogin: readonly Parameter[] = [
  number(
    'firstLogin.windowHours',
    'primer-ingreso-plazo',
    'Plazo del primer ingreso',
    [24, 24 * 90, 'horas'],
    'Vale para los plazos que se abran desde entonces.',
  ),
  {
    kind: 'choice',
    path: 'firstLogin.proof',
    slug: 'primer-ingreso-prueba',
    label: 'Prueba además de la cédula',
    help: 'Un código al correo que el banco ya tiene.',
    choices: [
      { value: 'onFile', text: 'Cuando el banco tiene un correo' },
      { value: 'always', text: 'Siempre: sin correo nadie entra' },
    ],
  },
  yesOrNo(
    'firstLogin.receiptOpensWindow',
    'primer-ingreso-comprobante',
    'Un comprobante nuevo abre el plazo',
    'De quien todavía no ha ingresado nunca.',
  ),
  number(
    'firstLogin.sourcePer10Minutes',
    'primer-ingreso-origen',
    'Desde un origen en 10 minutos',
    [5, 60, 'ingresos'],
  ),
  number('firstLogin.sourcePerDay', 'primer-ingreso-origen-dia', 'Desde un origen en un día', [
    20,
    300,
    'ingresos',
  ]),
]

const recovery: readonly Parameter[] = [
  number(
    'recovery.initialPasswordHours',
    'recuperacion-vigencia',
    'Vigencia de la contraseña enviada',
    [1, 24, 'horas'],
  ),
  number('recovery.perHour', 'recuperacion-hora', 'Recuperaciones por hora', [1, 5, 'por persona']),
  number('recovery.perDay', 'recuperacion-dia', 'Recuperaciones por día', [2, 20, 'por persona']),
]

const mail: readonly Parameter[] = [
  number('mail.retryHours', 'correo-reintentos', 'Reintentos de un correo', [4, 168, 'horas']),
  number('mail.digestHour', 'correo-resumen', 'Hora del resumen diario', [6, 22, 'h']),
  number(
    'mail.bulkPerMinute',
    'correo-ritmo',
    'Avisos que salen en un minuto',
    [60, 60_000, 'por proceso'],
    'Así un lote grande no satura tu servidor de correo. Los códigos y los enlaces nunca esperan.',
  ),
]

const intake: readonly Parameter[] = [
  number('intake.filesMax', 'carga-archivos', 'Archivos por lote', [1, 2_000, 'archivos']),
  number('intake.fileMegabytesMax', 'carga-tamano', 'Tamaño de un archivo', [1, 2_048, 'MB']),
  yesOrNo(
    'intake.refuseBadSignatures',
    'carga-firma',
    'Rechazar lo que no tenga una firma válida',
    'Si no, se carga y se avisa a quien lo carga y a quien lo ve.',
  ),
]

const retention: readonly Parameter[] = [
  number('retention.sessionDays', 'conserva-sesiones', 'Sesiones terminadas', [30, 400, 'días']),
  number('retention.deviceDays', 'conserva-equipos', 'Equipos conocidos', [30, 400, 'días']),
  number(
    'retention.lotFileDays',
    'conserva-lotes',
    'Archivos de los lotes',
    [1, 400, 'días'],
    'Desde que el lote se publica, se retira o se descarta. Los comprobantes no se borran.',
  ),
  number(
    'retention.eventDays',
    'conserva-eventos',
    'Eventos para los programas de contadores',
    [60, 1_830, 'días'],
    'Un programa que deja de leerlos por más tiempo tiene que pedir de nuevo la lista.',
  ),
]

/** Every rule that the bank's people may change. From it follow form, checks, preview and words. */
export const PARAMETER_GROUPS: readonly ParameterGroup[] = [
  ...brandParameters,
  { title: 'Contraseñas', parameters: passwords },
  { title: 'Códigos', parameters: codes },
  { title: 'Ingreso y sesiones', parameters: signingIn },
  { title: 'Primer ingreso', parameters: firstLogin },
  { title: 'Recuperación', parameters: recovery },
  { title: 'Correo', parameters: mail },
  { title: 'Cargas', parameters: intake },
  { title: 'Cuánto se conserva', parameters: retention },
]

export const PARAMETERS: ReadonlyMap<string, Parameter> = new Map(
  PARAMETER_GROUPS.flatMap(({ parameters }) => parameters).map((one) => [one.path, one]),
)
