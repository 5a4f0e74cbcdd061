import fc from 'fast-check'
import { expect, test } from 'vitest'
import { finalConsumer, maria } from '#fixtures/people.ts'
import { services } from '#fixtures/receipts/services.ts'
import { draftOf } from '#fixtures/receipts/to-issue.ts'
import { transaction } from '#src/db/transaction.ts'
import { beginIssuances } from '#src/issuing/issuance/begin-issuances.ts'
import { eventsOf } from '#src/issuing/issuance/event-store.ts'
import { keepPoint } from '#src/issuing/issuer/issuer-store.ts'
import { numericCode } from '#src/issuing/numbering/numeric-code.ts'
import { nextNumber, SEQUENCE_MAX, setNextNumber } from '#src/issuing/numbering/sequence-store.ts'
import { parseAccessKey } from '#src/sri/access-key.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { begin, foundBank, NEEDS, NOW, numbersUsed, request, upTo } from '../bank.ts'

const MAIN = { environment: 'test', kind: 'invoice', establishment: '001', point: '001' } as const

eachDatabase((open) => {
  test('gives each draft a number and a key that says all about it', async () => {
    const db = await open()
    await foundBank(db)
    const [one, two] = await begin(db, [request('a'), request('b')])
    for (const [at, begun] of [one, two].entries()) {
      if (!begun?.ok) throw new Error('refused')
      const parsed = parseAccessKey(begun.accessKey)
      if (!parsed.ok) throw new Error(parsed.reason)
      expect(parsed.number).toBe(`001-001-00000000${at + 1}`)
      expect(parsed.fields).toMatchObject({
        issuedOn: '2026-11-20',
        kind: 'invoice',
        issuerRuc: '0990000000001',
        environment: 'test',
      })
      const [event] = await eventsOf(db, begun.issuanceId)
      expect(event).toMatchObject({ what: 'numbered', at: NOW })
      expect(event?.text).toContain(begun.accessKey)
    }
  })

  test('issues once for a source, however often and beside whom it is asked', async () => {
    const db = await open()
    await foundBank(db)
    const first = await begin(db, [request('a'), request('b'), request('a')])
    const second = await begin(db, [request('b'), request('c'), request('a')])
    expect(first.map((one) => one.ok && one.isNew)).toEqual([true, true, false])
    expect(second.map((one) => one.ok && one.isNew)).toEqual([false, true, false])
    expect(await numbersUsed(db)).toEqual({ 'test invoice 001-001': [1, 2, 3] })
    const keys = [...first, ...second].map((one) => (one.ok ? one.accessKey : null))
    expect([keys[2], keys[3], keys[5]]).toEqual([keys[0], keys[1], keys[0]])
  })

  test('leaves no gap behind what is undone', async () => {
    const db = await open()
    await foundBank(db)
    await begin(db, [request('a')])
    const undone = transaction(db, async (tx) => {
      await beginIssuances(
        tx,
        upTo(50).map((n) => request(`undone:${n}`)),
        NEEDS,
        NOW,
      )
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await begin(db, [request('b')])
    expect(await numbersUsed(db)).toEqual({ 'test invoice 001-001': [1, 2] })
  })

  test('takes numbers for many groups at once, without a gap or a repeat', async () => {
    const db = await open()
    await foundBank(db)
    const draftAt = (establishment: string, issuePoint: string) =>
      draftOf(maria, [services.transfer], { series: { establishment, issuePoint } })
    const places = [draftOf(), draftAt('001', '002'), draftAt('002', '001')]
    const groups = upTo(12).map((group) =>
      begin(
        db,
        upTo(9).map((n) => request(`${group}:${n}`, places[(group + n) % 3] ?? draftOf())),
      ),
    )
    await Promise.all(groups)
    expect(await numbersUsed(db)).toEqual({
      'test invoice 001-001': upTo(36),
      'test invoice 001-002': upTo(36),
      'test invoice 002-001': upTo(36),
    })
  })

  test('issues once when two ask for the same sources at the same moment', async () => {
    const db = await open()
    await foundBank(db)
    const sources = upTo(20).map((n) => request(`lot:1:${n}`))
    const all = await Promise.all([1, 2, 3, 4].map(() => begin(db, sources)))
    expect(all.flat().filter((one) => one.ok && one.isNew)).toHaveLength(20)
    expect(await numbersUsed(db)).toEqual({ 'test invoice 001-001': upTo(20) })
  })

  test('refuses without taking a number: unknown point, closed point, unnamed fee', async () => {
    const db = await open()
    const id = await foundBank(db)
    await transaction(db, (tx) =>
      keepPoint(tx, id, { establishment: '002', point: '001', active: false, isDefault: false }),
    )
    const at = (establishment: string) =>
      draftOf(maria, [services.transfer], { series: { establishment, issuePoint: '001' } })
    const begun = await begin(db, [
      request('unknown', at('009')),
      request('good'),
      request('closed', at('002')),
      { ...request('fee', draftOf(finalConsumer)), isFee: true },
      request('also good', draftOf(finalConsumer)),
    ])
    const codes = begun.map((one) => (one.ok ? 'ok' : one.refusal.code))
    expect(codes).toEqual(['unknown-point', 'ok', 'unknown-point', 'fee-unnamed', 'ok'])
    expect(begun[2]).toMatchObject({ refusal: { message: expect.stringContaining('002-001') } })
    expect(await numbersUsed(db)).toEqual({ 'test invoice 001-001': [1, 2] })
  })

  test('refuses everything where there is no issuer, or no point to fall back on', async () => {
    const db = await open()
    expect(await begin(db, [request('a')])).toMatchObject([{ refusal: { code: 'no-issuer' } }])
    const id = await foundBank(db)
    await transaction(db, (tx) =>
      keepPoint(tx, id, { establishment: '001', point: '001', active: true, isDefault: false }),
    )
    const [begun] = await begin(db, [request('a')])
    expect(begun).toMatchObject({ ok: false, refusal: { code: 'no-default-point' } })
  })

  test('goes on where the bank stopped elsewhere, never back, and ends at nine digits', async () => {
    const db = await open()
    const issuerId = await foundBank(db)
    const series = { ...MAIN, issuerId }
    const set = (next: number) => transaction(db, (tx) => setNextNumber(tx, series, next))
    expect(await set(4_711)).toBe(true)
    await begin(db, [request('a'), request('b')])
    expect(await numbersUsed(db)).toEqual({ 'test invoice 001-001': [4_711, 4_712] })
    expect([await set(4_712), await set(0), await set(1.5), await set(SEQUENCE_MAX + 1)]).toEqual([
      false,
      false,
      false,
      false,
    ])
    expect(await nextNumber(db, series)).toBe(4_713)
    expect(await set(SEQUENCE_MAX)).toBe(true)
    const full = await begin(db, [request('c'), request('d')])
    expect(full.map((one) => !one.ok && one.refusal.code)).toEqual(['series-full', 'series-full'])
    const [last] = await begin(db, [request('e')])
    expect(last).toMatchObject({ ok: true })
    expect(await nextNumber(db, series)).toBe(SEQUENCE_MAX + 1)
    const [beyond] = await begin(db, [request('f')])
    expect(beyond).toMatchObject({ ok: false, refusal: { code: 'series-full' } })
  })

  test('counts test and production apart', async () => {
    const db = await open()
    await foundBank(db)
    await begin(db, [request('a')])
    await foundBank(db, { environment: 'production' })
    await begin(db, [request('b')])
    expect(await numbersUsed(db)).toEqual({
      'test invoice 001-001': [1],
      'production invoice 001-001': [1],
    })
  })

  test('numbers whatever is asked for, in groups of any size, without a gap or a repeat', async () => {
    const db = await open()
    await foundBank(db)
    const used = new Set<string>()
    const group = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 })
    const step = fc.record({ group, cut: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        for (const { group, cut } of steps) {
          const requests = group.map((n) => request(`any:${n}`))
          const story = transaction(db, async (tx) => {
            await beginIssuances(tx, requests, NEEDS, NOW)
            if (cut) throw new Error('cut')
          })
          await story.catch(() => undefined)
          if (!cut) for (const { source } of requests) used.add(source)
        }
        const numbers = (await numbersUsed(db))['test invoice 001-001'] ?? []
        expect(numbers).toEqual(upTo(used.size))
      }),
      { numRuns: 15 },
    )
  })
})

test('draws the eight digits evenly, and never from what is left over above', () => {
  const draws = [0xffffffff, 4_200_000_000, 4_199_999_999, 7]
  const random = () => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(draws.shift() ?? 0)
    return bytes
  }
  expect(numericCode(random)).toBe('99999999')
  expect(numericCode(random)).toBe('00000007')
})
