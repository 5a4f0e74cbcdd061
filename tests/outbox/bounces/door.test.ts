import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { realReports } from '#fixtures/outbox/real-reports.ts'
import { reports } from '#fixtures/outbox/reports.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal } from '#tests/support/portal.ts'
import { bounces, deadAddresses, handIn, mailTo, portalWithDoor } from './support.ts'

const { postfix, exchange, gmailFull, qmail, awayReply } = reports

eachDatabase((open) => {
  it('notes a report once, however often it is handed in, and the address is dead', async () => {
    const portal = await portalWithDoor(await open())
    const mail = await mailTo(portal, 'Maria')
    const report = postfix(mail)
    expect((await handIn(portal, report)).statusCode).toBe(204)
    portal.clock.advance({ minutes: 3 })
    expect((await handIn(portal, report)).statusCode).toBe(204)
    expect(await bounces(portal)).toEqual([{ mail_id: mail.id, kind: 'gone', code: '5.1.1' }])
    expect(await deadAddresses(portal)).toEqual(['maria@correo.example'])
    const [row] = await portal.db.selectFrom('bounce').selectAll().execute()
    expect(row?.diagnostic).toBe('550 5.1.1 No such user here')
  })
})

/** By server and by what befell the mail: what its report means, and the code that staff are shown. */
const MEANINGS: Record<string, Record<string, string>> = {
  postfix: {
    unknown: 'gone 5.1.1',
    local: 'gone 5.1.1',
    full: 'refused 5.2.2',
    delayed: 'late 4.2.2',
    expired: 'refused 4.2.2',
  },
  exim: {
    unknown: 'gone 5.1.1',
    codeless: 'gone 5.0.0',
    local: 'gone 5.0.0',
    full: 'refused 5.2.2',
    delayed: 'late 4.2.2',
    expired: 'refused 4.2.2',
  },
  opensmtpd: {
    unknown: 'gone 5.1.1',
    full: 'refused 5.2.2',
    delayed: 'late 4.2.2',
    expired: 'refused 4.4.7',
  },
  sendmail: {
    unknown: 'gone 5.1.1',
    full: 'refused 5.2.2',
    delayed: 'late 4.2.2',
    expired: 'refused 4.2.2',
    policy: 'refused 5.7.1',
  },
}

describe('what a real server wrote', () => {
  it.each(Object.entries(realReports))('is understood: %s', async (server, writers) => {
    const portal = await portalWithDoor()
    const meanings: Record<string, string> = {}
    const gone: string[] = []
    for (const [event, write] of Object.entries(writers)) {
      const mail = await mailTo(portal, event)
      expect([event, (await handIn(portal, write(mail))).statusCode]).toEqual([event, 204])
      const row = await portal.db
        .selectFrom('bounce')
        .selectAll()
        .where('mail_id', '=', mail.id)
        .executeTakeFirstOrThrow()
      meanings[event] = `${row.kind} ${row.code}`
      if (row.kind === 'gone') gone.push(mail.address)
      // The server's words, not the bare status, and no address.
      expect(row.diagnostic).toMatch(/[a-z]{4}/i)
      expect(row.diagnostic).not.toContain(mail.address)
    }
    expect(meanings).toEqual(MEANINGS[server])
    expect(await deadAddresses(portal)).toEqual(gone)
  })
})

describe('what a server wrote, by its shape', () => {
  it.each([
    ['Exchange', exchange, 'gone', '5.1.10'],
    ['Gmail, of a full mailbox', gmailFull, 'refused', '5.2.2'],
    ['qmail', qmail, 'gone', '5.1.1'],
  ] as const)('is understood: %s', async (_name, write, kind, code) => {
    const portal = await portalWithDoor()
    const mail = await mailTo(portal, 'maria')
    expect((await handIn(portal, write(mail))).statusCode).toBe(204)
    expect(await bounces(portal)).toEqual([{ mail_id: mail.id, kind, code }])
    expect(await deadAddresses(portal)).toEqual(kind === 'gone' ? [mail.address] : [])
    const [row] = await portal.db.selectFrom('bounce').select('diagnostic').execute()
    expect(row?.diagnostic).not.toContain(mail.address)
  })

  it.each([
    ['5.7.1', '550 5.7.1 Message rejected due to policy', 'refused'],
    ['5.3.4', '552 5.3.4 Message too big', 'refused'],
    ['4.4.7', '450 4.4.7 Message expired', 'refused'],
    ['5.4.4', 'Host or domain name not found', 'gone'],
    ['5.2.1', '550 5.2.1 Mailbox disabled', 'gone'],
    ['5.0.0', '550 Your server 5.1.1.20 is on a list', 'refused'],
  ])('tells an address that is none (%s, %s) from a mail that was refused', async (...row) => {
    const [status, words, kind] = row
    const portal = await portalWithDoor()
    const mail = await mailTo(portal, 'maria')
    await handIn(portal, postfix(mail, { status, words }))
    expect(await bounces(portal)).toMatchObject([{ kind }])
    expect((await deadAddresses(portal)).length).toBe(kind === 'gone' ? 1 : 0)
  })

  it('is a warning while the server goes on trying', async () => {
    const portal = await portalWithDoor()
    const mail = await mailTo(portal, 'maria')
    const words = '451 4.7.1 Try again later, user unknown as yet'
    await handIn(portal, postfix(mail, { action: 'delayed', status: '4.7.1', words }))
    expect(await bounces(portal)).toMatchObject([{ kind: 'late' }])
    expect(await deadAddresses(portal)).toEqual([])
  })

  it('is no report when somebody is away', async () => {
    const portal = await portalWithDoor()
    const mail = await mailTo(portal, 'maria')
    const answer = await handIn(portal, awayReply(mail))
    expect(answer.statusCode).toBe(422)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json().title).toBe('El mensaje no es un aviso de no entrega')
    expect(await bounces(portal)).toEqual([])
  })
})

describe('whoever is not the mail server', () => {
  it('finds no door where there is no secret', async () => {
    const portal = await openPortal()
    expect((await handIn(portal, 'x')).statusCode).not.toBe(204)
    expect((await handIn(portal, 'x')).statusCode).toBeGreaterThanOrEqual(400)
    expect(portal.app.hasRoute({ method: 'POST', url: '/api/v1/rebotes' })).toBe(false)
  })

  it('is refused with another secret, an old or a later signature, or another body', async () => {
    const portal = await portalWithDoor()
    const mail = await mailTo(portal, 'maria')
    const report = postfix(mail)
    const now = portal.clock.now().getTime()
    const tries = [
      handIn(portal, report, { secret: 'otro secreto de muchas letras, que no es el mismo' }),
      handIn(portal, report, { at: new Date(now - 301_000) }),
      handIn(portal, report, { at: new Date(now + 301_000) }),
      handIn(portal, report, { signature: 'sha256=00' }),
      handIn(portal, report, { signature: `sha256=${'0'.repeat(64)}` }),
      handIn(portal, report, { signature: '' }),
    ]
    for (const answer of await Promise.all(tries)) {
      expect(answer.statusCode).toBe(401)
      expect(answer.json().title).toBe('La firma no corresponde')
    }
    expect(await bounces(portal)).toEqual([])
  })

  it('cannot report a mail that it has not seen: its name cannot be guessed', async () => {
    const portal = await portalWithDoor()
    const mail = await mailTo(portal, 'maria')
    const digits = mail.messageId.replace(/[0-9a-f](?=@)/, (last) => (last === '0' ? '1' : '0'))
    const invented = `<mail-${mail.id.toString(16).padStart(32, '0')}@bancoceibo.example>`
    const gone = { ...mail, messageId: `<otro@bancoceibo.example>` }
    for (const messageId of [digits, invented, gone.messageId, '']) {
      const answer = await handIn(portal, postfix({ ...mail, messageId }))
      expect([messageId, answer.statusCode]).toEqual([messageId, 404])
    }
    expect(await deadAddresses(portal)).toEqual([])
  })

  it('cannot kill another person’s address with a mail of its own', async () => {
    const portal = await portalWithDoor()
    const mine = await mailTo(portal, 'atacante')
    const theirs = await mailTo(portal, 'maria')
    const answer = await handIn(portal, postfix({ ...mine, address: theirs.address }))
    expect(answer.statusCode).toBe(204)
    expect(await bounces(portal)).toMatchObject([{ mail_id: mine.id, kind: 'refused' }])
    expect(await deadAddresses(portal)).toEqual([])
  })
})

describe('what is no report at all', () => {
  const nested = (depth: number): string => {
    const open = Array.from({ length: depth }, (_, at) => {
      return `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`
    })
    return open.join('')
  }

  it.each([
    ['nothing', ''],
    ['bytes of no kind', Buffer.from([0, 255, 254, 13, 10, 0, 1])],
    [
      'a report cut in the middle',
      postfix({ messageId: '<a@b>', address: 'a@b.example' }).slice(0, 600),
    ],
    ['a thousand boxes in boxes', nested(1_000)],
    ['headers without end', `Subject: ${'x'.repeat(200_000)}\r\n\r\n`],
    ['a page', '<!DOCTYPE html><title>Hola</title>'],
  ])('is refused, and nothing is kept: %s', async (_name, raw) => {
    const portal = await portalWithDoor()
    const { statusCode, headers } = await handIn(portal, raw)
    expect([400, 404, 422]).toContain(statusCode)
    expect(headers['content-type']).toContain('application/problem+json')
    expect(await bounces(portal)).toEqual([])
  })

  it('fells nothing and harms nobody when any of its bytes is another', async () => {
    const portal = await portalWithDoor()
    const mail = await mailTo(portal, 'maria')
    const real = Object.values(realReports).flatMap((writers) => Object.values(writers))
    const writers = [...Object.values(reports), ...real]
    const whole = writers.map((write) => Buffer.from(write(mail)))
    const change = fc.record({
      which: fc.nat(whole.length - 1),
      at: fc.nat(4_000),
      cut: fc.nat(40),
      by: fc.uint8Array({ maxLength: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(change, async ({ which, at, cut, by }) => {
        const raw = whole[which] ?? Buffer.alloc(0)
        const place = at % raw.length
        const odd = Buffer.concat([raw.subarray(0, place), by, raw.subarray(place + cut)])
        expect([204, 400, 404, 422]).toContain((await handIn(portal, odd)).statusCode)
      }),
      { numRuns: 150 },
    )
    for (const { mail_id } of await bounces(portal)) expect(mail_id).toBe(mail.id)
    for (const address of await deadAddresses(portal)) expect(address).toBe(mail.address)
  })

  it('is refused before it is read when it is too large, or says to be something else', async () => {
    const portal = await portalWithDoor()
    const large = await handIn(portal, 'x'.repeat(262_145))
    expect([large.statusCode, large.json().title]).toEqual([
      413,
      'Lo que enviaste es demasiado grande',
    ])
    expect(large.json().detail).toContain('hasta 256 KB')
    for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/plain']) {
      const other = await handIn(portal, '{}', { type })
      expect([type, other.statusCode]).toEqual([type, 415])
      expect(other.json().detail).toContain('Content-Type: message/rfc822')
    }
  })
})
