import type { StaffRole } from '#src/identity/person.ts'
import { addDays, dayOf } from '#src/values/day.ts'
import type { Colleague } from '#tests/identity/staff/support.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { MARIA, PEDRO, signUp } from '#tests/identity/support.ts'
import { foundBank, NOW } from '#tests/issuing/bank.ts'
import { FakeSri } from '#tests/issuing/fake-sri.ts'
import type { Works } from '#tests/issuing/works.ts'
import { openWorks } from '#tests/issuing/works.ts'
import { SECRET } from '#tests/outbox/bounces/support.ts'
import type { Program } from '#tests/practice/programs/support.ts'
import { giveProgram } from '#tests/practice/programs/support.ts'
import type { Accountant } from '#tests/practice/support.ts'
import { grant, openFirm } from '#tests/practice/support.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'

type Db = TestPortal['db']

/** The people of a bank that does everything it can, each signed in. */
export interface People {
  readonly portal: TestPortal
  readonly sri: FakeSri
  readonly works: Works
  readonly staff: Readonly<Record<StaffRole | 'secondAdministrator', Colleague>>
  readonly maria: Browser & { partyId: number; loginId: number }
  readonly pedro: Browser & { partyId: number; loginId: number }
  /** María lets them read everything; nobody passed her on to the member. */
  readonly firm: { firmId: number; lead: Accountant; member: Accountant; grantId: number }
  /** What María lets them read is of another kind. */
  readonly otherFirm: { firmId: number; lead: Accountant; grantId: number }
  /** What María let them read has ended. */
  readonly formerFirm: { lead: Accountant }
  readonly programs: Readonly<Record<'ours' | 'second' | 'other' | 'bank', Program>>
}

/** Opens the bank: its five, two customers, two firms and their programs. */
export async function openPeople(db?: Db): Promise<People> {
  const sri = new FakeSri()
  const config = { bounceSecret: SECRET }
  const portal = await openPortal({ ...(db ? { db } : {}), sri, start: NOW, config })
  await foundBank(portal.db, { environment: 'production' })
  const works = openWorks(portal.db, { sri })
  const customer = async (person: typeof MARIA) => {
    const browser = await signUp(portal, person)
    const login = await portal.db
      .selectFrom('login')
      .select(['id', 'party_id'])
      .where('email', '=', person.email)
      .executeTakeFirstOrThrow()
    return { ...browser, partyId: login.party_id ?? 0, loginId: login.id }
  }
  const maria = await customer(MARIA)
  const pedro = await customer(PEDRO)
  const staff = {
    loader: await colleague(portal, 'diego', 'loader'),
    approver: await colleague(portal, 'lucia', 'approver'),
    auditor: await colleague(portal, 'rita', 'auditor'),
    administrator: await colleague(portal, 'ana', 'administrator'),
    secondAdministrator: await colleague(portal, 'eva', 'administrator'),
  }
  const firm = await openFirm(portal)
  const otherFirm = await openFirm(portal, '1790067890001')
  const giving = { partyId: maria.partyId, by: maria.loginId }
  const grantId = await grant(portal, { ...giving, firmId: firm.firmId })
  const formerFirm = await openFirm(portal, '1790067891001')
  const other = { ...giving, firmId: otherFirm.firmId }
  const otherGrantId = await grant(portal, other, { kinds: ['withholding'] })
  const yesterday = addDays(dayOf(NOW), -1)
  await grant(portal, { ...giving, firmId: formerFirm.firmId }, { endsOn: yesterday })
  const programOf = ({ firmId, lead }: { firmId: number; lead: Accountant }) =>
    giveProgram(portal, { id: firmId, clients: null, kinds: [] }, [], lead.loginId)
  const programs = {
    ours: await programOf(firm),
    second: await programOf(firm),
    other: await programOf(otherFirm),
    bank: await bankProgram(portal, staff.administrator.browser),
  }
  const firms = {
    firm: { ...firm, grantId },
    otherFirm: { ...otherFirm, grantId: otherGrantId },
    formerFirm,
  }
  return { portal, sri, works, staff, maria, pedro, ...firms, programs }
}

/** A program of the bank's own, with the key that an administrator gave it. */
async function bankProgram({ app, db }: TestPortal, administrator: Browser): Promise<Program> {
  const form = { nombre: 'Sistema de comisiones', permiso: 'issue', dias: '30' }
  const page = await administrator.post('/interno/claves', form)
  const key = /<code class="clave">([^<]+)</.exec(page.body)?.[1] ?? ''
  const { id: keyId } = await db
    .selectFrom('api_key')
    .select('id')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return {
    keyId,
    call: (method, path, { body } = {}) =>
      app.inject({
        method,
        url: `/api/v1${path}`,
        headers: { host: '127.0.0.1:3000', authorization: `Bearer ${key}` },
        ...(body ? { payload: body } : {}),
      }),
  }
}
