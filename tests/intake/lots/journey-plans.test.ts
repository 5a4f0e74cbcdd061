import { expect, it } from 'vitest'
import { reports } from '#fixtures/outbox/reports.ts'
import { maria, rosa } from '#fixtures/people.ts'
import { MARIA, signUp } from '#tests/identity/support.ts'
import { handIn, messageIdNamed, withDoor } from '#tests/outbox/bounces/support.ts'
import { openSink } from '#tests/outbox/sink.ts'
import { openNoted, planOf } from '#tests/support/query-plans.ts'
import { bill, follow, sendMails } from './journey-support.ts'
import { bank, publish, readLot } from './support.ts'

const GROWING =
  /^SCAN (lot|lot_item|lot_stage|mail|bounce|dead_address|digest_receipt|receipt|receipt_reading|receipt_owner|about)\b/

/** Walks, and yet small whatever the tables hold. */
const EXCUSED = [/^select "id" from "mail".* order by "id"$/, /count\(\*\) from mail/]

it('finds what moved, and who stopped where, by an index', async () => {
  const { db, queries } = await openNoted()
  const { portal, diego, lucia } = await bank(db, withDoor)
  const customer = await signUp(portal)
  const owner = { ...maria, id: MARIA.number }
  const lot = await readLot(portal, diego, [bill(1, owner), bill(2, owner), bill(3, rosa)])
  await publish(portal, diego, lucia, lot)
  await sendMails(portal, await openSink())
  const [first] = await db.selectFrom('receipt').select('access_key').orderBy('id').execute()
  await customer.get(`/comprobantes/${first?.access_key}`)
  const last = await db
    .selectFrom('mail')
    .select(['id', 'to_address'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  queries.clear()
  const mail = { messageId: messageIdNamed(portal, last.id), address: last.to_address }
  await handIn(portal, reports.postfix(mail))
  await follow(portal)
  for (const step of ['autorizados', 'rebotados', 'abiertos']) {
    await diego.get(`${lot}/recorrido/${step}`)
    await diego.get(`/interno/entregas/2026-11-21/${step}`)
  }
  await diego.get(lot)
  await diego.get('/interno/entregas')
  await customer.get('/comprobantes')

  const wrong: string[] = []
  for (const query of queries.values()) {
    if (!/^\s*(select|update|delete|with)/i.test(query.sql)) continue
    if (EXCUSED.some((pattern) => pattern.test(query.sql))) continue
    const walked = (await planOf(db, query)).filter((step) => GROWING.test(step))
    if (walked.length > 0) wrong.push(`${walked.join('; ')}: ${query.sql}`)
  }
  expect(wrong).toEqual([])
  const texts = [...queries.values()].map(({ sql }) => sql)
  const look = async (pattern: RegExp) => {
    const query = [...queries.values()].find(({ sql }) => pattern.test(sql))
    return query ? (await planOf(db, query)).join('; ') : texts.join('\n')
  }
  expect(await look(/where stage is null and receipt_id/)).toContain('lot_item_unseen')
  expect(await look(/where stage in \('loaded'/)).toContain('lot_item_moving')
  expect(await look(/"lot_item"\."stage" = .*order by "lot_item"\."n"/s)).toContain(
    'lot_item_stage',
  )
})
