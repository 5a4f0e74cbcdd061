import { describe, expect, it, onTestFinished } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { authorizedXml } from '#fixtures/receipts/authorized.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { describeFile } from '#src/ride/describe-file.ts'
import { createRidePainter } from '#src/ride/draw-ride.ts'
import { createRidePool, type RidePool, type RidePoolOptions } from '#src/ride/ride-pool.ts'
import type { Authorization } from '#src/ride/sheet.ts'
import type { Day } from '#src/values/day.ts'
import { authorized } from './documents.ts'

const authorization = authorized('invoice')
const request = requestOf(3)
/** What nobody asks for: the thread fails at it. */
const broken = { ...request, authorization: null as unknown as Authorization }

function requestOf(lines: number) {
  const services = Array.from({ length: lines }, (_, at) => ({
    code: `SRV-${at}`,
    description: `Servicio ${at}`,
    cents: 1_000 + at,
  }))
  const series = { day: '2026-11-16' as Day, series: '001-002', sequence: 18_710 }
  const bytes = Buffer.from(authorizedXml(invoice(series, maria, services)))
  return { xml: { name: 'a.xml', bytes }, authorization, annulled: false }
}

function openPool(options: RidePoolOptions): RidePool {
  const pool = createRidePool(options)
  onTestFinished(() => pool.close())
  return pool
}

describe('createRidePool', () => {
  it('draws in threads the same bytes as here', async () => {
    const pool = openPool({ size: 2 })
    const drawn = await Promise.all(
      Array.from({ length: 12 }, (_, at) => pool.draw({ ...request, annulled: at % 2 === 1 })),
    )
    const sheet = describeFile(request.xml.bytes, authorization) ?? expect.fail('unreadable')
    const painter = createRidePainter()
    const expected = [false, true].map((annulled) =>
      painter.draw(sheet, { xml: request.xml, annulled }),
    )
    for (const [at, one] of drawn.entries()) {
      expect(one.ok && expected[at % 2]?.equals(one.pdf)).toBe(true)
    }
    expect(pool.pending).toBe(0)
  })

  it('leaves the bytes it was given to whoever gave them', async () => {
    const bytes = Buffer.from(request.xml.bytes)
    const before = bytes.toString()
    await openPool({ size: 1 }).draw({ ...request, xml: { name: 'a.xml', bytes } })
    expect(bytes.toString()).toBe(before)
  })

  it('refuses at once when too many wait, and goes on with those accepted', async () => {
    const pool = openPool({ size: 1, queueMax: 3 })
    const long = requestOf(200)
    const answers = await Promise.all(Array.from({ length: 10 }, () => pool.draw(long)))
    const refused = answers.filter((one) => !one.ok)
    expect(refused).toEqual(Array.from({ length: 3 }, () => ({ ok: false, refusal: 'busy' })))
  })

  it('refuses what it cannot read, rejects what it cannot draw, and draws the others', async () => {
    const pool = openPool({ size: 1 })
    const torn = { ...request, xml: { name: 'a.xml', bytes: Buffer.from('<factura>') } }
    const [unreadable, bad, good] = await Promise.allSettled([
      pool.draw(torn),
      pool.draw(broken),
      pool.draw(request),
    ])
    expect(unreadable).toMatchObject({ value: { ok: false, refusal: 'unreadable' } })
    expect(bad.status).toBe('rejected')
    expect(good).toMatchObject({ status: 'fulfilled', value: { ok: true } })
  })

  it('finishes what it accepted before it closes, and refuses what comes after', async () => {
    const pool = createRidePool({ size: 1 })
    const accepted = Array.from({ length: 5 }, () => pool.draw(request))
    await pool.close()
    for (const one of await Promise.all(accepted)) expect(one.ok).toBe(true)
    expect(await pool.draw(request)).toEqual({ ok: false, refusal: 'closed' })
  })
})
