import type { InjectOptions } from 'fastify'
import type { Person } from '#fixtures/people.ts'
import { maria, pedro, rosa } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import { interestWithholding } from '#fixtures/receipts/withholding.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import type { ApiRight, KeyOfFirm } from '#src/identity/api-keys/api-key.ts'
import { drawKey, hashSecret } from '#src/identity/api-keys/api-key.ts'
import { addKey } from '#src/identity/api-keys/api-key-store.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { followParty } from '#src/receipts/feed/event-store.ts'
import type { Day } from '#src/values/day.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import type { Answer, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'

export const bill = (sequence: number, buyer: Person, day = '2026-11-16') =>
  receiptFile(invoice({ day: day as Day, series: '001-002', sequence }, buyer, [services.transfer]))

export const withholding = (sequence: number, buyer: Person) =>
  receiptFile(
    interestWithholding({ day: '2026-11-17' as Day, series: '001-002', sequence }, buyer, 10_000),
  )

/** The key of a receipt, which its file is named by. */
export const keyOf = ({ name }: { name: string }) => name.replace('.xml', '')

/** A program of a firm, as it calls the API. */
export interface Program {
  keyId: number
  call(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    options?: { body?: object; headers?: Record<string, string>; from?: string },
  ): Promise<Answer>
}

export interface FirmWorld {
  portal: TestPortal
  firmId: number
  leadId: number
  parties: { maria: number; pedro: number; rosa: number }
  /** A key of the firm, narrowed as told. */
  program(narrow?: {
    clients?: number[] | null
    kinds?: KeyOfFirm['kinds']
    networks?: string[]
    maker?: number
    firm?: number
  }): Promise<Program>
}

/** A PDF, asked for again as long as the portal says that it is too busy to draw it. */
export async function drawn(program: Program, path: string): Promise<Answer> {
  for (;;) {
    const answer = await program.call('GET', path)
    if (answer.statusCode !== 503) return answer
  }
}

/**
 * A firm that María and Pedro let read everything, and Rosa nothing. What they have comes before the
 * grants, but for what a test loads itself.
 */
export async function openFirm(options: { db?: Db; portal?: TestPortal } = {}): Promise<FirmWorld> {
  const portal = options.portal ?? (await openPortal(options))
  const { db } = portal
  await load(portal, [
    bill(1, maria),
    bill(2, pedro),
    bill(3, rosa),
    withholding(4, maria),
    bill(5, maria, '2026-09-10'),
  ])
  const partyOf = async ({ id }: Person) => (await findPartyByNumber(db, id))?.id ?? 0
  const parties = {
    maria: await partyOf(maria),
    pedro: await partyOf(pedro),
    rosa: await partyOf(rosa),
  }
  const { firmId, leadId } = await addFirm(portal, '1790000000001', 'lucia')
  for (const partyId of [parties.maria, parties.pedro]) await grant(portal, firmId, partyId, leadId)
  const program: FirmWorld['program'] = ({
    clients = null,
    kinds = [],
    networks = [],
    maker = leadId,
    firm = firmId,
  } = {}) => giveProgram(portal, { id: firm, clients, kinds }, networks, maker)
  return { portal, firmId, leadId, parties, program }
}

/** A firm with a lead. */
export async function addFirm({ db, clock }: TestPortal, ruc: string, username: string) {
  const at = clock.now().toISOString()
  const login = await db
    .insertInto('login')
    .values({
      username,
      display_name: 'Lucía Cevallos',
      role: 'accountant',
      email: `${username}@contadora.example`,
      created_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const firm = await db
    .insertInto('firm')
    .values({ ruc, name: 'Cevallos y Asociados', created_by: login.id, created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  await db
    .insertInto('firm_member')
    .values({
      login_id: login.id,
      firm_id: firm.id,
      is_lead: 1,
      added_by: login.id,
      added_at: at,
    })
    .execute()
  return { firmId: firm.id, leadId: login.id }
}

/** Lets a firm read, from now on also what happens. */
export async function grant(
  { db, clock }: TestPortal,
  firmId: number,
  partyId: number,
  by: number,
  covers: Partial<{ kinds: string; from_day: string; to_day: string }> = {},
): Promise<number> {
  const { id } = await db
    .insertInto('access_grant')
    .values({
      firm_id: firmId,
      party_id: partyId,
      kinds: '',
      ends_on: '2027-11-30',
      granted_by: by,
      granted_at: clock.now().toISOString(),
      ...covers,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await transaction(db, (tx) => followParty(tx, partyId, clock.now()))
  return id
}

/** A program of a firm, with a key that its maker gave it; of the bank when it is of none. */
export async function giveProgram(
  portal: TestPortal,
  firm: KeyOfFirm | null,
  networks: string[],
  createdBy: number,
  rights: ApiRight[] = ['read'],
): Promise<Program> {
  const { db, clock, context, app } = portal
  const drawn = drawKey(context.random)
  const keyId = await transaction(db, (tx) =>
    addKey(
      tx,
      {
        name: 'Sistema contable',
        handle: drawn.handle,
        secretHash: hashSecret(context.keys.token, drawn),
        rights,
        networks,
        firm,
        createdBy,
        expiresAt: new Date(clock.now().getTime() + 30 * 86_400_000),
      },
      clock.now(),
    ),
  )
  return {
    keyId,
    call: (method, path, { body, headers = {}, from = '203.0.113.9' } = {}) => {
      const request: InjectOptions = {
        method,
        url: `/api/v1${path}`,
        remoteAddress: from,
        headers: {
          host: new URL(context.config.publicUrl).host,
          authorization: `Bearer ${drawn.text}`,
          ...headers,
        },
        ...(body ? { payload: body } : {}),
      }
      return app.inject(request)
    },
  }
}
