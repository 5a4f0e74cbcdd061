import { expect, test } from 'vitest'
import { transaction } from '#src/db/transaction.ts'
import { beginOutage, listOutages, openOutages } from '#src/issuing/courier/outage-store.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { begin, foundBank, NOW, request, upTo } from '../bank.ts'
import { FakeSri } from '../fake-sri.ts'
import { openWorks } from '../works.ts'

eachDatabase((open) => {
  test('waits while the services are silent, tries with one document at a time, tells when and how many', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db, { slots: 4 })
    const requests: string[] = []
    let down = true
    works.sri.faults = (asked) => {
      requests.push(asked)
      return down ? { kind: 'unreachable' } : null
    }
    await begin(
      db,
      upTo(30).map((n) => request(`s:${n}`)),
    )
    await works.round()
    // Those that were under way when the third one failed, and none behind them.
    expect(requests.length).toBeLessThanOrEqual(3 + 4)
    const began = await openOutages(db)
    const facts = { beganAt: NOW, cause: 'unreachable', trials: 0, endedAt: null }
    expect(began).toMatchObject([{ ...facts, service: 'reception' }])
    const before = requests.length
    await works.courier.runOnce()
    expect(requests).toHaveLength(before)
    for (const trials of upTo(5)) {
      works.clock.advance({ minutes: 3 })
      await works.courier.runOnce()
      expect(requests).toHaveLength(before + trials)
    }
    const waiting = await db.selectFrom('issuance').select(['state', 'answer']).execute()
    expect(new Set(waiting.map(({ state }) => state))).toEqual(new Set(['ready']))
    const told = waiting.filter(({ answer }) => answer !== null)
    expect(told.length).toBeGreaterThan(0)
    for (const { answer } of told) expect(answer).toMatch(/^No se llega al SRI\./)
    down = false
    works.clock.advance({ minutes: 3 })
    const back = works.clock.now()
    await works.round(6, 600)
    const states = await db.selectFrom('issuance').select('state').execute()
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['authorized']))
    const [outage, ...others] = await listOutages(db, 10)
    expect(others).toEqual([])
    expect(outage).toMatchObject({ beganAt: NOW, endedAt: back, waited: 30 })
    expect(works.sri.authorized()).toContain(outage?.firstKey)
    expect(works.sri.sent).toHaveLength(30)
  })

  test('two couriers share one outage, and one turn to try', async () => {
    const db = await open()
    await foundBank(db)
    const sri = new FakeSri()
    let requests = 0
    sri.faults = () => {
      requests += 1
      return { kind: 'unreachable' }
    }
    const [one, other] = [openWorks(db, { sri }), openWorks(db, { sri })]
    await begin(
      db,
      upTo(40).map((n) => request(`s:${n}`)),
    )
    await one.maker.runOnce()
    await Promise.all([one.courier.runOnce(), other.courier.runOnce()])
    expect(await listOutages(db, 10)).toHaveLength(1)
    const before = requests
    for (const works of [one, other]) works.clock.advance({ minutes: 5 })
    await Promise.all([one.courier.runOnce(), other.courier.runOnce()])
    expect(requests).toBe(before + 1)
  })

  test('lets no answer of one service end the outage of the other, and none wait for the other', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db)
    const down = new Set<'send' | 'ask'>()
    works.sri.faults = (asked) => (down.has(asked) ? { kind: 'unreachable' } : null)
    works.sri.looks = 2
    const more = (from: number) =>
      begin(
        db,
        upTo(4, from).map((n) => request(`s:${n}`)),
      )
    const standing = async () => {
      const rows = await db.selectFrom('issuance').select('state').orderBy('id').execute()
      return rows.map(({ state }) => state)
    }
    await more(1)
    await works.round()
    down.add('send')
    await more(5)
    await works.round(4, 1_000)
    // What was there before is authorised while nothing new gets in.
    expect(await standing()).toEqual([...Array(4).fill('authorized'), ...Array(4).fill('ready')])
    expect(await openOutages(db)).toMatchObject([{ service: 'reception' }])
    down.clear()
    down.add('ask')
    await works.round(5, 1_000)
    const [later, earlier] = await listOutages(db, 10)
    expect(earlier).toMatchObject({ service: 'reception', waited: 4, endedAt: expect.any(Date) })
    expect(works.sri.sent.slice(4).map(({ key }) => key)).toContain(earlier?.firstKey)
    expect(later).toMatchObject({ service: 'authorization', endedAt: null })
    // New ones get in, and wait for their authorisation.
    await more(9)
    await works.round(2, 1_000)
    expect(works.sri.sent).toHaveLength(12)
    expect(await openOutages(db)).toMatchObject([{ service: 'authorization' }])
    down.clear()
    await works.round(6, 1_000)
    expect(new Set(await standing())).toEqual(new Set(['authorized']))
    expect(await openOutages(db)).toEqual([])
    expect(works.sri.sent).toHaveLength(12)
  })

  test('a hiccup, a firewall or a fault of one document is no outage', async () => {
    const db = await open()
    await foundBank(db)
    const works = openWorks(db, { slots: 1 })
    const kinds = ['timeout', 'timeout', null, 'http', 'http', null, 'not-xml', 'fault'] as const
    const met = { send: 0, ask: 0 }
    works.sri.faults = (asked) => {
      const at = met[asked]
      const kind = at < 20 ? kinds[at % kinds.length] : null
      met[asked] += 1
      return kind ? { kind } : null
    }
    await begin(
      db,
      upTo(6).map((n) => request(`s:${n}`)),
    )
    await works.round(40, 1_200)
    expect(await listOutages(db, 10)).toEqual([])
    const states = await db.selectFrom('issuance').select('state').execute()
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['authorized']))
    expect(works.sri.authorized()).toHaveLength(6)
  })

  test('begins once, however many find the services silent', async () => {
    const db = await open()
    const story = () =>
      transaction(db, (tx) =>
        beginOutage(tx, { service: 'reception', cause: 'timeout', since: NOW }, NOW),
      )
    await Promise.all([story(), story(), story()])
    expect(await listOutages(db, 10)).toHaveLength(1)
  })
})
