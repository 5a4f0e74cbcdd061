import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import { rowsOf, tablesInOrder } from '#src/db/snapshot-store.ts'
import type { StaffRole } from '#src/identity/person.ts'
import { STAFF_ROLES } from '#src/identity/person.ts'
import { MATRIX } from '#tests/identity/staff/matrix.ts'
import { PASSWORD } from '#tests/identity/staff/support.ts'
import type { Program } from '#tests/practice/programs/support.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Answer, Browser, TestPortal } from '#tests/support/portal.ts'
import type { AskerName, Named } from './named.ts'
import { NAMED, UNNAMED } from './named.ts'
import type { Objects } from './objects.ts'
import { makeObjects, REASON } from './objects.ts'
import type { People } from './people.ts'
import { openPeople } from './people.ts'

type Ask = (method: string, address: string, body: object | undefined) => Promise<Answer>

/** Passkeys are for names, so the portal is reached by one. */
const HERE = { host: 'localhost:3000', origin: 'http://localhost:3000' }

/** Filled in as whoever owns the thing would, whichever form it is; nobody is refused for it. */
const FORM = {
  nombre: 'Otro nombre',
  vence: '2027-01-31',
  valor: '001-002-000000001',
  motivo: REASON,
  contrasena: PASSWORD,
  correo: 'otra@correo.example',
  rol: 'loader',
  tipo: 'factura',
  token: 'T'.repeat(22),
}

const byBrowser = (browser: Browser): Ask => {
  return (method, address) =>
    method === 'GET' ? browser.get(address, HERE) : browser.post(address, FORM, HERE)
}
const byProgram = ({ call }: Program): Ask => {
  return (method, address, body) =>
    call(method as 'GET', address.replace('/api/v1', ''), body && method !== 'GET' ? { body } : {})
}

async function askersOf(people: People) {
  const { portal, staff, maria, pedro, firm, programs } = people
  const { browser: viewer } = staff.secondAdministrator
  await viewer.post(`/interno/clientes/${pedro.partyId}/vista`, { motivo: REASON })
  expect((await viewer.get('/comprobantes')).body).toContain('Pedro')
  return {
    maria: byBrowser(maria),
    pedro: byBrowser(pedro),
    lead: byBrowser(firm.lead.browser),
    member: byBrowser(firm.member.browser),
    otherLead: byBrowser(people.otherFirm.lead.browser),
    formerLead: byBrowser(people.formerFirm.lead.browser),
    viewer: byBrowser(viewer),
    nobody: async (method, url, body = {}) =>
      portal.app.inject({ method: method as 'GET', url, headers: HERE, payload: body }),
    loader: byBrowser(staff.loader.browser),
    approver: byBrowser(staff.approver.browser),
    auditor: byBrowser(staff.auditor.browser),
    administrator: byBrowser(staff.administrator.browser),
    program: byProgram(programs.ours),
    secondProgram: byProgram(programs.second),
    otherProgram: byProgram(programs.other),
    bankProgram: byProgram(programs.bank),
  } satisfies Record<AskerName, Ask>
}

/** One route whose address names something. */
interface Walked {
  readonly route: string
  readonly method: string
  readonly real: string
  readonly absent: string
  readonly owner: AskerName
  readonly strangers: readonly AskerName[]
  readonly body: object | undefined
  readonly crossed: { by: AskerName; real: string; absent: string } | undefined
}

function walkOf({ app }: TestPortal, objects: Objects): Walked[] {
  return app.knownRoutes
    .filter(({ method, url }) => method !== 'HEAD' && url.includes(':'))
    .map(({ method, url }) => ({ method, url, plain: url.replace(/\(\^[^)]*\)/g, '') }))
    .filter(({ plain }) => !longest(Object.keys(UNNAMED), plain, longestNamed(plain)))
    .map(({ method, url, plain }) => {
      const named = NAMED.find(({ at }) => at === longestNamed(plain))
      const route = `${method} ${url}`
      if (!named)
        throw new Error(`${route} names something of which tests/rights/named.ts knows not`)
      const filled = (values: Readonly<Record<string, string | number>>) => {
        const address = Object.entries(values).reduce(
          (text, [name, value]) => text.replace(`:${name}`, String(value)),
          plain,
        )
        if (address.includes(':')) throw new Error(`${route} names more than tests/rights/named.ts`)
        return address
      }
      return {
        route,
        method,
        real: filled(named.real(objects)),
        absent: filled(named.absent),
        ...whoOf(route, named),
        body: named.body,
        crossed: named.crossed && {
          by: named.crossed.by,
          real: filled(named.crossed.real(objects)),
          absent: filled(named.crossed.absent(objects)),
        },
      }
    })
}

const longestNamed = (plain: string) =>
  longest(
    NAMED.map(({ at }) => at),
    plain,
  )

/** The longest beginning that fits, when it is longer than another that does. */
function longest(beginnings: readonly string[], plain: string, than = ''): string | undefined {
  return beginnings
    .filter(
      (at) => plain === at || (plain.startsWith(at) && '/.'.includes(plain.charAt(at.length))),
    )
    .filter((at) => at.length > than.length)
    .sort((a, b) => b.length - a.length)[0]
}

/** Of the bank's own, whoever has not the right of the route is a stranger to what it names. */
function whoOf(route: string, { owner, strangers }: Named): Pick<Walked, 'owner' | 'strangers'> {
  if (owner !== null) return { owner, strangers }
  const may: readonly StaffRole[] = MATRIX[route] ?? []
  const [first] = may
  if (!first) throw new Error(`${route} is for nobody`)
  return {
    owner: first,
    strangers: [...STAFF_ROLES.filter((one) => !may.includes(one)), ...strangers],
  }
}

/** By which a failure is found again in the log: each has another. */
const INCIDENT = /\bEC-[0-9A-Z]{4}-[0-9A-Z]{4}\b/g

/** What an answer says, but for the address that it was asked at. */
function said({ statusCode, headers, body }: Answer, address: string) {
  const without = (text: string) =>
    text.replaceAll(encodeURIComponent(address), 'ADDRESS').replaceAll(address, 'ADDRESS')
  return {
    statusCode,
    location: without(String(headers.location ?? '')),
    body: without(body).replace(INCIDENT, 'EC'),
  }
}

/** Every row of every table, as text; but how often and when somebody asked. */
async function everything({ db }: TestPortal): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const { name } of await tablesInOrder(db)) {
    if (name === 'throttle') continue
    const rows: string[] = []
    for await (const page of rowsOf(db, name)) {
      rows.push(...page.map((row) => JSON.stringify({ ...row, used_at: '' })))
    }
    all[name] = rows
  }
  return all
}

/** Streams that last as long as whoever watches. */
const WATCHES = /\/avance$/
/** After these there is less to ask for: they come last. */
const ENDS =
  /(retiro|anulacion|eliminacion|cancelacion|rechazo|sesiones\/:id|equipos\/:id|webhooks\/:id)$/
const SIGN_IN = /^(\/interno)?\/ingresar(\?|$)/
/** What an address answers that leads nowhere, or not this asker. */
const SHUT = [401, 403, 404]

eachDatabase((open) => {
  it('answers about what is another’s as about what is not there, changes nothing, and knows each by its owner', async () => {
    const people = await openPeople(await open())
    const { portal } = people
    const objects = await makeObjects(people)
    const askers = await askersOf(people)
    const walked = walkOf(portal, objects)
    const byOwner = async ({ route, method, real, absent, owner, body }: Walked) => {
      const found = await askers[owner](method, real, body)
      const none = await askers[owner](method, absent, body)
      const known = !SHUT.includes(found.statusCode)
      const another = !isDeepStrictEqual(said(found, real), said(none, absent))
      expect([route, owner, known, another]).toEqual([route, owner, true, true])
    }
    const reads = walked.filter(({ method, route }) => method === 'GET' && !WATCHES.test(route))
    for (const one of reads) await byOwner(one)

    const before = await everything(portal)
    for (const { route, method, real, absent, strangers, body, crossed } of walked) {
      const asked = strangers.map((by) => ({ by, real, absent }))
      for (const one of [...asked, ...(crossed ? [crossed] : [])]) {
        const answer = await askers[one.by](method, one.real, body)
        const none = await askers[one.by](method, one.absent, body)
        const alike = [route, one.by, said(none, one.absent)]
        expect([route, one.by, said(answer, one.real)]).toEqual(alike)
        const door = answer.statusCode === 303 && SIGN_IN.test(String(answer.headers.location))
        expect([route, one.by, door || SHUT.includes(answer.statusCode)]).toEqual([
          route,
          one.by,
          true,
        ])
      }
    }
    // Who proposed sees it, and decides nothing.
    const proposal = `/interno/aprobaciones/${objects.parameterChange}`
    for (const deed of ['aprobacion', 'rechazo']) {
      const answer = await askers.administrator('POST', `${proposal}/${deed}`, undefined)
      expect([deed, answer.headers.location]).toEqual([deed, proposal])
    }
    expect(await everything(portal)).toEqual(before)
    const writes = walked.filter(({ method }) => method !== 'GET')
    const last = ({ route }: Walked) => Number(ENDS.test(route))
    for (const one of writes.sort((a, b) => last(a) - last(b))) await byOwner(one)
  }, 120_000)
})
