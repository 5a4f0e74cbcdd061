import { expect, it } from 'vitest'
import { verifyChain } from '#src/audit/audit-store.ts'
import { customerDeeds } from './deeds/customer-deeds.ts'
import type { Deeds, World } from './deeds/deed.ts'
import { firmDeeds } from './deeds/firm-deeds.ts'
import { helpDeeds } from './deeds/help-deeds.ts'
import { issuingDeeds } from './deeds/issuing-deeds.ts'
import { lotDeeds } from './deeds/lot-deeds.ts'
import { staffDeeds } from './deeds/staff-deeds.ts'
import { visitorDeeds } from './deeds/visitor-deeds.ts'
import { makeObjects } from './objects.ts'
import { openPeople } from './people.ts'

/** In the order in which they are done: who administers shuts others out, and comes last. */
const DEEDS: Deeds = {
  ...visitorDeeds,
  ...customerDeeds,
  ...firmDeeds,
  ...lotDeeds,
  ...issuingDeeds,
  ...helpDeeds,
  ...staffDeeds,
}

/** What only a device does, in a browser: tests/identity/staff/browser.test.ts looks for its lines. */
const BY_A_DEVICE = [
  'POST /interno/codigo/llave',
  'POST /interno/codigo/llave/opciones',
  'POST /interno/perfil/llaves/nueva',
]

async function linesAfter({ portal }: World, id: number) {
  return portal.db
    .selectFrom('audit')
    .select(['id', 'actor', 'action', 'subject'])
    .where('id', '>', id)
    .orderBy('id')
    .execute()
}

const fits = (text: string, wanted: string | RegExp) =>
  typeof wanted === 'string' ? text === wanted : wanted.test(text)

it('tells in the chain of everything that somebody does: who, what and to what', async () => {
  const people = await openPeople()
  const { portal } = people
  const world = { ...people, ...(await makeObjects(people)) }
  const routes = portal.app.knownRoutes
    .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
    .map(({ method, url }) => `${method} ${url}`)
  expect([...Object.keys(DEEDS), ...BY_A_DEVICE].sort()).toEqual(routes.sort())

  for (const [route, { before, act, leaves }] of Object.entries(DEEDS)) {
    await before?.(world)
    const last = (await linesAfter(world, 0)).at(-1)?.id ?? 0
    const { statusCode, body } = await act(world)
    expect([route, statusCode, statusCode < 400 ? '' : body]).toEqual([route, statusCode, ''])
    const lines = await linesAfter(world, last)
    const line = typeof leaves === 'string' ? null : leaves(world)
    const told = lines.filter(
      ({ actor, action, subject }) =>
        line === null ||
        (fits(actor, line.actor) && action === line.action && fits(subject, line.subject)),
    )
    expect({ route, line, lines, told: told.length }).toEqual({
      route,
      line,
      lines,
      told: line ? 1 : 0,
    })
  }
  expect(await verifyChain(portal.db, portal.context.keys.audit)).toMatchObject({ ok: true })
}, 120_000)
