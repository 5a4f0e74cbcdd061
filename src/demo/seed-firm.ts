import { company, pedro, rosa, somebody } from '#fixtures/people.ts'
import { chanceOf } from '#fixtures/random.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/transaction.ts'
import { transaction } from '../db/transaction.ts'
import { addAccountantLogin } from '../identity/accountants/accountant-store.ts'
import { findLoginByName, findStaffLogin, setPassword } from '../identity/login-store.ts'
import { findPartyByNumber } from '../identity/parties/party-store.ts'
import { PasswordHasher } from '../identity/passwords/password-hash.ts'
import { addFirm, findFirmByRuc } from '../practice/firms/firm-store.ts'
import { addFirmMember, passClients } from '../practice/firms/member-store.ts'
import { addGrant } from '../practice/grants/grant-store.ts'
import { addRequest } from '../practice/grants/request-store.ts'
import { addDays, dayOf, firstOfMonth } from '../values/day.ts'
import type { DemoPerson } from './seed.ts'

const RUC = '1790012345001'
const FIRM = 'Andrade & Asociados Contadores'
const PASSWORD = 'Ceibo de Guayaquil'

const LEAD = { username: 'GANDRADE', name: 'Gabriela Andrade', email: 'gabriela@andrade.example' }
const MEMBER = { username: 'LCEDENO', name: 'Luis Cedeño', email: 'luis@andrade.example' }

/** Of the crowd in the bank's history, those who entered first. */
const CROWD = [0, 1, 2, 3, 4, 5].map((number) => somebody(number, chanceOf(number + 1)).id)

export const ACCOUNTANTS: readonly DemoPerson[] = [
  {
    name: `${LEAD.name}, dirige ${FIRM}`,
    username: LEAD.username.toLowerCase(),
    password: PASSWORD,
    story: 've a todos los clientes que dieron acceso y los pasa a su equipo',
  },
  {
    name: `${MEMBER.name}, de la misma firma`,
    username: MEMBER.username.toLowerCase(),
    password: PASSWORD,
    story: 've solo a Comercial Tres Ríos',
  },
]

/** Gives the fictitious bank a firm of accountants, its people and some accesses, once. */
export async function seedFirm({ db, keys, now }: Context): Promise<void> {
  const bank = await findStaffLogin(db, 'ana.vera')
  if (!bank || (await findFirmByRuc(db, RUC))) return
  const hash = await new PasswordHasher(keys.password).hash(PASSWORD)
  await transaction(db, async (tx) => {
    const firmId = await addFirm(tx, { ruc: RUC, name: FIRM, createdBy: bank.id }, now())
    if (firmId === null) return
    const [lead, member] = [
      await addPerson(tx, { ...LEAD, firmId, hash, isLead: true, addedBy: bank.id }, now()),
      await addPerson(tx, { ...MEMBER, firmId, hash, isLead: false, addedBy: bank.id }, now()),
    ]
    if (lead === null || member === null) return
    const today = dayOf(now())
    const year = { from: firstOfMonth(today, -12), to: null, endsOn: addDays(today, 365) }
    const all = { recipient: null, kinds: [], from: null, to: null }
    const given = [
      { number: company.id, reading: { ...all, endsOn: addDays(today, 365) } },
      { number: pedro.id, reading: { ...all, ...year, kinds: ['invoice' as const] } },
      ...CROWD.map((number, at) => ({
        number,
        reading: { ...all, endsOn: addDays(today, at === 0 ? 9 : 180) },
      })),
    ]
    for (const { number, reading } of given) {
      const party = await findPartyByNumber(tx, number)
      const login = await findLoginByName(tx, [number])
      if (!party || !login) continue
      const grant = { ...reading, partyId: party.id, firmId, requestId: null, grantedBy: login.id }
      await addGrant(tx, grant, now())
      if (number === company.id) await passClients(tx, member, [party.id], lead, now())
    }
    const reason = 'Llevo tu contabilidad y necesito tus comprobantes del mes'
    const expiresAt = new Date(now().getTime() + 30 * 86_400_000)
    for (const number of [rosa.id, pedro.id]) {
      await addRequest(tx, { firmId, number, reason, askedBy: lead, expiresAt }, now())
    }
  })
}

async function addPerson(
  tx: Tx,
  person: typeof LEAD & { firmId: number; hash: string; isLead: boolean; addedBy: number },
  now: Date,
): Promise<number | null> {
  const { firmId, hash, isLead, addedBy, ...login } = person
  const loginId = await addAccountantLogin(tx, login, now)
  if (loginId === null) return null
  await setPassword(tx, loginId, hash, now)
  await addFirmMember(tx, { loginId, firmId, isLead, addedBy }, now)
  return loginId
}
