import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { isPublicAddress } from '#src/practice/webhooks/public-address.ts'
import { addressProblem, WebhookPost } from '#src/practice/webhooks/webhook-post.ts'

type Heard = { url: string; body: string; headers: http.IncomingHttpHeaders }

/** A receiver on this machine, and what it heard. */
async function receiver(answer: (response: http.ServerResponse, url: string) => void) {
  const heard: Heard[] = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (piece) => {
      body += piece
    })
    request.on('end', () => {
      heard.push({ url: request.url ?? '', body, headers: request.headers })
      answer(response, request.url ?? '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { heard, port, url: `http://127.0.0.1:${port}/avisos` }
}

function open(options: { allowsLoopback: boolean; deadlineMs?: number }): WebhookPost {
  const post = new WebhookPost(options)
  onTestFinished(() => post.close())
  return post
}

const LOCAL = { allowsLoopback: true }

test('calls, and keeps of the answer its state and a beginning', async () => {
  const { heard, url } = await receiver((response) =>
    response.writeHead(202).end(`gracias\n${'x'.repeat(100_000)}`),
  )
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

test('follows no redirect, wherever it leads', async () => {
  const { heard, url } = await receiver((response) =>
    response.writeHead(307, { location: '/otra' }).end(),
  )
  expect(await open(LOCAL).send(url, {}, '{}')).toMatchObject({ accepted: false, status: 307 })
  expect(heard).toHaveLength(1)
})

test('hangs up on an answer that drips without an end', async () => {
  const { url } = await receiver((response) => {
    response.write('a')
    const drip = setInterval(() => response.write('a'), 20)
    response.on('close', () => clearInterval(drip))
  })
  const outcome = await open({ ...LOCAL, deadlineMs: 200 }).send(url, {}, '{}')
  expect(outcome).toEqual({ accepted: false, status: null, answer: 'No contestó a tiempo.' })
})

test('connects to nothing that is not of the open internet, by address or by name', async () => {
  const { heard, port } = await receiver((response) => response.end())
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
