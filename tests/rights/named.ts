import type { Objects } from './objects.ts'

/** Who asks in the walk, by a name. */
export type AskerName =
  | 'maria'
  | 'pedro'
  | 'lead'
  | 'member'
  | 'otherLead'
  | 'formerLead'
  | 'viewer'
  | 'nobody'
  | 'loader'
  | 'approver'
  | 'auditor'
  | 'administrator'
  | 'program'
  | 'secondProgram'
  | 'otherProgram'
  | 'bankProgram'

type Values = Readonly<Record<string, string | number>>

/** What the parameters of addresses that begin so name, whose it is, and to whom it is not there. */
export interface Named {
  readonly at: string
  readonly real: (objects: Objects) => Values
  readonly absent: Values
  /** Null: whoever of the bank has the right of the route. */
  readonly owner: AskerName | null
  readonly strangers: readonly AskerName[]
  /** What a program sends; people send one form that fits all. */
  readonly body?: object
  /** A thing of this stranger's own, with one in it that is not; and with one that nobody has. */
  readonly crossed?: { by: AskerName; real: Named['real']; absent: Named['real'] }
}

const GONE = 999_999
const NO_SESSION = 'N'.repeat(32)
const NO_KEY = '9'.repeat(49)
const NO_LOT = '2026-11-9999'

/** To whom what a customer keeps of their own is not there: whoever else signs in, and nobody. */
const NOT_MARIA = ['pedro', 'lead', 'otherLead', 'viewer', 'loader', 'nobody'] as const
const NOT_LEAD = [
  'member',
  'otherLead',
  'formerLead',
  'maria',
  'viewer',
  'loader',
  'nobody',
] as const
/** The lead reads what María granted; the member was not passed on, the other firms have no grant of it. */
const NOT_CLIENTS = ['pedro', 'member', 'formerLead', 'viewer', 'loader', 'nobody'] as const
const NOT_READERS = [...NOT_CLIENTS, 'otherLead'] as const
const NOT_PROGRAM = ['secondProgram', 'otherProgram', 'bankProgram', 'nobody'] as const
/** Whom the bank does not employ; its own are told apart by the rights of the route. */
const NOT_STAFF = ['maria', 'lead', 'nobody'] as const

const own = (at: string, real: Named['real'], absent: Values = { id: GONE }): Named => {
  return { at, real, absent, owner: 'maria', strangers: NOT_MARIA }
}
const firms = (at: string, real: Named['real'], absent: Values = { id: GONE }): Named => {
  return { at, real, absent, owner: 'lead', strangers: NOT_LEAD }
}
const programs = (at: string, real: Named['real'], absent: Values, body = {}): Named => {
  return { at, real, absent, owner: 'program', strangers: NOT_PROGRAM, body }
}
const banks = (at: string, real: Named['real'], absent: Values = { id: GONE }): Named => {
  return { at, real, absent, owner: null, strangers: NOT_STAFF }
}

/** Everything that an address can name. The longest beginning that fits is the one that counts. */
export const NAMED: readonly Named[] = [
  own('/perfil/sesiones/:id', (of) => ({ id: of.session }), { id: NO_SESSION }),
  own('/perfil/equipos/:id', (of) => ({ id: of.device })),
  own('/busquedas/:id', (of) => ({ id: of.search })),
  own('/perfil/accesos/:id', (of) => ({ id: of.grant })),
  own('/perfil/accesos/solicitudes/:id', (of) => ({ id: of.request })),
  own('/descargas/:id', (of) => ({ id: of.package })),
  {
    ...own('/comprobantes/:clave', (of) => ({ clave: of.receipt }), { clave: NO_KEY }),
    strangers: NOT_READERS,
  },
  firms('/empresas/equipo/:id', (of) => ({ id: of.member })),
  firms('/empresas/claves/:id', (of) => ({ id: of.secondKey })),
  {
    ...firms('/empresas/claves/:id/avisos/:aviso', (of) => ({ id: of.key, aviso: of.leadsHook }), {
      id: GONE,
      aviso: GONE,
    }),
    crossed: {
      by: 'otherLead',
      real: (of) => ({ id: of.otherKey, aviso: of.leadsHook }),
      absent: (of) => ({ id: of.otherKey, aviso: GONE }),
    },
  },
  {
    ...firms('/empresas/:ruc', (of) => ({ ruc: of.cedula }), { ruc: '0926687856' }),
    // The other firm has a grant, of which the list then shows what it covers.
    strangers: NOT_CLIENTS,
  },
  firms('/consultas/:id', (of) => ({ id: of.query })),
  firms('/consultas/:id/lineas/:n', (of) => ({ id: of.query, n: of.line }), { id: GONE, n: 1 }),
  {
    ...programs('/api/v1/emisiones/:clave', (of) => ({ clave: of.emission }), { clave: NO_KEY }),
    owner: 'bankProgram',
    strangers: ['program', 'otherProgram', 'nobody'],
  },
  {
    ...programs('/api/v1/comprobantes/:clave', (of) => ({ clave: of.receipt }), { clave: NO_KEY }),
    strangers: ['otherProgram', 'bankProgram', 'nobody'],
  },
  programs('/api/v1/descargas/:id', (of) => ({ id: of.programPackage }), { id: GONE }),
  programs('/api/v1/descargas/:id/partes/:parte', (of) => ({ id: of.programPackage, parte: 1 }), {
    id: GONE,
    parte: 1,
  }),
  programs('/api/v1/webhooks/:id', (of) => ({ id: of.webhook }), { id: GONE }),
  {
    ...banks('/interno/perfil/sesiones/:id', (of) => ({ id: of.staffSession }), { id: NO_SESSION }),
    owner: 'loader',
    strangers: ['approver', 'auditor', 'administrator', ...NOT_STAFF],
  },
  {
    ...banks('/interno/perfil/llaves/:id', (of) => ({ id: of.passkey })),
    owner: 'loader',
    strangers: ['approver', 'auditor', 'administrator', ...NOT_STAFF],
  },
  banks('/interno/comprobantes/:clave', (of) => ({ clave: of.receipt }), { clave: NO_KEY }),
  banks('/interno/comprobantes/apartados/:id', (of) => ({ id: of.aside })),
  banks('/interno/envios/clave/:clave', (of) => ({ clave: of.issuanceKey }), { clave: NO_KEY }),
  banks('/interno/envios/:id', (of) => ({ id: of.returned })),
  banks('/interno/envios/:id/comparacion', (of) => ({ id: of.different })),
  banks('/interno/envios/caidas/:id', (of) => ({ id: of.outage })),
  banks('/interno/lotes/:numero', (of) => ({ numero: of.lot }), { numero: NO_LOT }),
  banks('/interno/lotes/:numero/filas/:n', (of) => ({ numero: of.rows, n: of.row }), {
    numero: NO_LOT,
    n: 1,
  }),
  banks('/interno/lotes/:numero/filas/:n.pdf', (of) => ({ numero: of.lot, n: 1 }), {
    numero: NO_LOT,
    n: 1,
  }),
  banks('/interno/lotes/:numero/alcance/:alcance', (of) => ({ numero: of.lot, alcance: 'mail' }), {
    numero: NO_LOT,
    alcance: 'mail',
  }),
  banks('/interno/lotes/:numero/recorrido/:paso', (of) => ({ numero: of.lot, paso: 'rebotados' }), {
    numero: NO_LOT,
    paso: 'rebotados',
  }),
  banks('/interno/correos/:id', (of) => ({ id: of.mail })),
  banks('/interno/correos/muertos/:id', (of) => ({ id: of.dead })),
  banks('/interno/aprobaciones/:id', (of) => ({ id: of.parameterChange })),
  {
    ...banks('/interno/aprobaciones/:id/retiro', (of) => ({ id: of.proposal })),
    owner: 'loader',
    // Who administers may propose too, and takes back only what they proposed themselves.
    strangers: ['approver', 'auditor', 'administrator', ...NOT_STAFF],
  },
  banks('/interno/clientes/:id', (of) => ({ id: of.party })),
  banks('/interno/clientes/carga/:id', (of) => ({ id: of.load })),
  banks('/interno/contadores/:id', (of) => ({ id: of.firmId })),
  banks('/interno/usuarios/:id', (of) => ({ id: of.colleague })),
  banks('/interno/claves/:id', (of) => ({ id: of.bankKey })),
  banks('/interno/emisor/:ruc', (of) => ({ ruc: of.ruc }), { ruc: '0999999999001' }),
  banks('/interno/emisor/:ruc/puntos/:punto', (of) => ({ ruc: of.ruc, punto: of.point }), {
    ruc: '0999999999001',
    punto: '001-002',
  }),
  banks('/interno/parametros/vista-previa/:id', (of) => ({ id: of.parameterChange })),
  banks('/interno/parametros/vista-previa/:id/logo', (of) => ({ id: of.logoChange })),
]

/** Parameters that name nobody's thing, and why. */
export const UNNAMED: Readonly<Record<string, string>> = {
  '/ayuda/:tema': 'help is for everybody',
  '/marca/:archivo': 'the logo of the bank is for everybody',
  '/desbloquear/:token': 'whoever holds the token is whom it was mailed to',
  '/no-fui-yo/:token': 'whoever holds the token is whom it was mailed to',
  '/comprobantes/exportar/:formato': 'a format; whose receipts is the scope of who asks',
  '/descargas/meses/:mes': 'a month; whose is asked in the query',
  '/interno/cifras/:grafico.csv': 'a chart of the whole bank',
  '/interno/lotes/plantillas/:tipo': 'a kind of document',
  '/interno/entregas/:dia/:paso': 'a day and a step of the whole bank',
  '/interno/parametros/:parametro': 'a rule of the bank, of which each has one',
}
