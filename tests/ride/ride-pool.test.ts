import { describe, expect, it, onTestFinished } from 'vitest'
import { describeReceipt } from '#src/ride/describe-receipt.ts'
import { createRidePainter } from '#src/ride/draw-ride.ts'
import { createRidePool, type RidePool, type RidePoolOptions } from '#src/ride/ride-pool.ts'
import type { RideSheet } from '#src/ride/sheet.ts'
import { authorized, longInvoice, richDocument } from './documents.ts'

const sheet = describeReceipt(richDocument('invoice'), authorized('invoice'))
/** What no document can describe: the thread fails at it. */
const broken = { ...sheet, totals: null } as unknown as RideSheet

function openPool(options: RidePoolOptions): RidePool {
  const pool = createRidePool(options)
  onTestFinished(() => pool.close())
  return pool
}

describe('createRidePool', () => {
  it('draws in threads the same bytes as here', async () => {
    const pool = openPool({ size: 2 })
    const xml = { name: 'a.xml', bytes: Buffer.from('<a/>') }
    const drawn = await Promise.all(Array.from({ length: 12 }, () => pool.draw(sheet, { xml })))
    const expected = createRidePainter().draw(sheet, { xml })
    for (const one of drawn) expect(one.ok && expected.equals(one.pdf)).toBe(true)
    expect(pool.pending).toBe(0)
  })

  it('refuses at once when too many wait, and goes on with those accepted', async () => {
    const pool = openPool({ size: 1, queueMax: 3 })
    const long = describeReceipt(longInvoice(200), authorized('invoice'))
    const answers = await Promise.all(Array.from({ length: 10 }, () => pool.draw(long)))
    const refused = answers.filter((one) => !one.ok)
    expect(refused).toEqual(Array.from({ length: 5 }, () => ({ ok: false, refusal: 'busy' })))
  })

  it('rejects the sheet that cannot be drawn and draws the others', async () => {
    const pool = openPool({ size: 1 })
    const [bad, good] = await Promise.allSettled([pool.draw(broken), pool.draw(sheet)])
    expect(bad.status).toBe('rejected')
    expect(good).toMatchObject({ status: 'fulfilled', value: { ok: true } })
  })

  it('finishes what it accepted before it closes, and refuses what comes after', async () => {
    const pool = createRidePool({ size: 1 })
    const accepted = Array.from({ length: 5 }, () => pool.draw(sheet))
    await pool.close()
    for (const one of await Promise.all(accepted)) expect(one.ok).toBe(true)
    expect(await pool.draw(sheet)).toEqual({ ok: false, refusal: 'closed' })
  })
})
