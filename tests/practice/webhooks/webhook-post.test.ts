import fs from 'node:fs'
import path from 'node:path'
import tls from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { isPublicAddress } from '#src/practice/webhooks/public-address.ts'
import { addressProblem, WebhookPost } from '#src/practice/webhooks/webhook-post.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { describeWithJudge, runTool } from '#tests/support/judges.ts'
import { openReceiver } from './receiver.ts'

function open(options: { allowsLoopback: boolean; deadlineMs?: number }): WebhookPost {
  const post = new WebhookPost(options)
  onTestFinished(() => post.close())
  return post
}

const LOCAL = { allowsLoopback: true }

test('calls, and keeps of the answer its state and a beginning', async () => {
  const { heard, url } = await openReceiver({
    answer: (response) => response.writeHead(202).end(`gracias\n${'x'.repeat(100_000)}`),
  })
  const outcome = await open(LOCAL).send(url, { 'x-portal-delivery': '7' }, '{"a":1}')
  expect(outcome).toMatchObject({ accepted: true, status: 202 })
  expect(outcome.answer).toMatch(/^gracias x+$/)
  expect(outcome.answer).toHaveLength(200)
  expect(heard[0]).toMatchObject({ body: '{"a":1}', url: '/avisos' })
  expect(heard[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-portal-delivery': '7',
  })
})

describeWithJudge('openssl', 'over https', () => {
  /** A certificate of its own authority, for the name or the address that is told. */
  function certified(subject: string) {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(temporaryFolder(), name))
    if (!key || !cert) throw new Error('No files')
    const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc']
    const named = ['-days', '2', '-subj', '/CN=contadora', '-addext', `subjectAltName=${subject}`]
    runTool('openssl', ['req', ...made, ...named, '-keyout', key, '-out', cert])
    return { key: fs.readFileSync(key, 'utf8'), cert: fs.readFileSync(cert, 'utf8') }
  }

  /** From now on to the end of the test this process trusts it, as a machine its administrator's. */
  function trust({ cert }: { cert: string }): void {
    const before = tls.getCACertificates('default')
    tls.setDefaultCACertificates([...before, cert])
    onTestFinished(() => tls.setDefaultCACertificates(before))
  }

  test('calls whoever has a certificate that is trusted, for the name by which they are called', async () => {
    const own = certified('DNS:localhost')
    trust(own)
    const { heard, port } = await openReceiver({ tls: own })
    const url = `https://localhost:${port}/avisos`
    expect(await open(LOCAL).send(url, {}, '{"a":1}')).toMatchObject({ accepted: true })
    expect(heard).toMatchObject([{ body: '{"a":1}' }])
  })

  test('says nothing to who has one that nobody vouches for, or that is for another name', async () => {
    const [strange, other] = [certified('IP:127.0.0.1'), certified('DNS:contadora.example')]
    trust(other)
    for (const [own, code] of [
      [strange, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      [other, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ] as const) {
      const { heard, url } = await openReceiver({ tls: own })
      const answer = `No se confía en su certificado (${code}).`
      expect(await open(LOCAL).send(url, {}, '{"a":1}')).toEqual({
        accepted: false,
        status: null,
        answer,
      })
      expect(heard).toEqual([])
    }
  })
})

test('follows no redirect, wherever it leads', async () => {
  const { heard, url } = await openReceiver({
    answer: (response) => response.writeHead(307, { location: '/otra' }).end(),
  })
  expect(await open(LOCAL).send(url, {}, '{}')).toMatchObject({ accepted: false, status: 307 })
  expect(heard).toHaveLength(1)
})

test('hangs up on an answer that drips without an end', async () => {
  const { url } = await openReceiver({
    answer: (response) => {
      response.write('a')
      const drip = setInterval(() => response.write('a'), 20)
      response.on('close', () => clearInterval(drip))
    },
  })
  const outcome = await open({ ...LOCAL, deadlineMs: 200 }).send(url, {}, '{}')
  expect(outcome).toEqual({ accepted: false, status: null, answer: 'No contestó a tiempo.' })
})

test('connects to nothing that is not of the open internet, by address or by name', async () => {
  const { heard, port } = await openReceiver()
  const post = open({ allowsLoopback: false })
  const inside = [
    `https://127.0.0.1:${port}/`,
    `https://[::1]:${port}/`,
    `https://[::ffff:127.0.0.1]:${port}/`,
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://0.0.0.0/',
    // Other ways to write 127.0.0.1, which URL settles.
    `https://2130706433:${port}/`,
    `https://0x7f.1:${port}/`,
    `https://017700000001:${port}/`,
    // A name, which only a look tells.
    `https://localhost:${port}/`,
  ]
  for (const url of inside) {
    const outcome = await post.send(url, {}, '{}')
    expect([url, outcome]).toEqual([
      url,
      {
        accepted: false,
        status: null,
        answer: 'Esa dirección no es de internet, y no llamamos a ninguna otra.',
      },
    ])
  }
  expect(heard).toEqual([])
})

test('takes https only, and of this machine http where it may be called at all', () => {
  const far = { allowsLoopback: false }
  expect(addressProblem('https://contadora.example/avisos', far)).toBeNull()
  expect(addressProblem('http://contadora.example/avisos', far)).toMatch(/https/)
  expect(addressProblem('http://contadora.example/avisos', LOCAL)).toMatch(/https/)
  expect(addressProblem('http://127.0.0.1:3000/', far)).toMatch(/https/)
  expect(addressProblem('http://127.0.0.1:3000/', LOCAL)).toBeNull()
  expect(addressProblem('https://10.1.2.3/', LOCAL)).toMatch(/internet/)
  expect(addressProblem('https://ana:clave@contadora.example/', far)).toMatch(/contraseña/)
  for (const strange of ['', 'contadora.example', 'file:///etc/passwd', 'ftp://x.example/']) {
    expect(addressProblem(strange, far)).not.toBeNull()
  }
})

test('knows what is of the open internet', () => {
  const open = ['8.8.8.8', '186.4.1.2', '2800:370::1', '2606:4700::1111']
  const shut = ['172.31.255.255', '100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255']
  const shut6 = ['::', '::1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::', 'ff02::1']
  expect(open.filter((address) => !isPublicAddress(address))).toEqual([])
  expect([...shut, ...shut6, '2001:db8::1', 'x'].filter(isPublicAddress)).toEqual([])
})
