import { once } from 'node:events'
import fs from 'node:fs'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { temporaryFolder } from '#tests/support/databases.ts'
import { describeWithJudge, runTool } from '#tests/support/judges.ts'
import { finish, freePort, portal, SECRETS, serve, start } from '#tests/support/processes.ts'

async function look(url: string, ...paths: string[]): Promise<Record<string, number>> {
  const answers = paths.map(async (one) => {
    const { status } = await fetch(url + one, { redirect: 'manual' })
    return [one, status] as const
  })
  return Object.fromEntries(await Promise.all(answers))
}

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}

it('shows pages and counts no mails where ROLE is web', async () => {
  const { url, child, ended } = await serve({ DATA_DIR: temporaryFolder(), ROLE: 'web' })
  expect(await look(url, '/ingresar', '/comprobantes', '/healthz', '/readyz')).toEqual({
    '/ingresar': 200,
    '/comprobantes': 303,
    '/healthz': 200,
    '/readyz': 200,
  })
  const metrics = await metricsOf(url)
  expect(metrics).toContain('http_request_duration_seconds')
  expect(metrics).not.toContain('mail_queue')
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})

it('has the doors for machines and no pages where ROLE is worker', async () => {
  const { url, child, ended } = await serve({ DATA_DIR: temporaryFolder(), ROLE: 'worker' })
  expect(await look(url, '/ingresar', '/', '/comprobantes', '/healthz', '/readyz')).toEqual({
    '/ingresar': 404,
    '/': 404,
    '/comprobantes': 404,
    '/healthz': 200,
    '/readyz': 200,
  })
  expect(await metricsOf(url)).toContain('mail_queue{state="pending"} 0')
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})

describeWithJudge('openssl', 'with a certificate of its own', () => {
  it('speaks https, and its cookies are for this host alone', async () => {
    const folder = temporaryFolder()
    const [TLS_CERT, TLS_KEY] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const files = ['-keyout', TLS_KEY, '-out', TLS_CERT]
    runTool('openssl', ['req', '-x509', ...newKey, ...files, '-days', '2', ...subject])
    const DATA_DIR = path.join(folder, 'data')
    const customer = ['--id', '0102030400', '--name', 'Ana Loor']
    const { ENCRYPTION_KEY } = SECRETS
    await portal(['user', 'add', ...customer], { ENCRYPTION_KEY, DATA_DIR })

    const PORT = String(await freePort())
    const here = { ...SECRETS, DATA_DIR, PORT, TLS_CERT, TLS_KEY }
    const child = start('src/server.ts', [], here)
    const ended = finish(child)
    const origin = `https://127.0.0.1:${PORT}`
    const ca = fs.readFileSync(TLS_CERT)
    const page = await untilAnswered(() => ask(`${origin}/ingresar`, { ca }))
    expect(page.statusCode).toBe(200)
    expect(page.headers['strict-transport-security']).toMatch(/max-age=\d+/)
    const form = 'usuario=0102030400&contrasena=0102030400'
    const entry = await ask(
      `${origin}/ingresar`,
      { ca, method: 'POST', headers: formFrom(origin) },
      form,
    )
    expect([entry.statusCode, entry.headers.location]).toEqual([303, '/primer-ingreso'])
    for (const cookie of entry.headers['set-cookie'] ?? ['']) {
      expect(cookie).toMatch(
        /^__Host-\w+=[^;]+;(?=.*\bPath=\/(;|$))(?=.*\bSecure\b)(?=.*\bHttpOnly\b)/,
      )
    }
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })
})

function formFrom(origin: string): Record<string, string> {
  return { origin, 'content-type': 'application/x-www-form-urlencoded' }
}

async function ask(
  url: string,
  options: https.RequestOptions,
  body = '',
): Promise<IncomingMessage> {
  const request = https.request(url, { ...options, agent: false })
  request.end(body)
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  answer.resume()
  return answer
}

async function untilAnswered(request: () => Promise<IncomingMessage>): Promise<IncomingMessage> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await request().catch(() => null)
    if (answer) return answer
    await pause(100)
  }
  throw new Error('The portal did not answer')
}
