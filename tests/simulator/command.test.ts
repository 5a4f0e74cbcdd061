import { once } from 'node:events'
import net from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { wrongUse } from '#src/backoffice/wrong-use.ts'
import { checkSignature } from '#src/simulator/judging/check-signature.ts'
import { runSimulator } from '#src/simulator/simulator-command.ts'
import { finish, portal, start } from '../support/processes.ts'
import { startSimulator, stop } from './support.ts'

it('needs nothing of the environment, and ends well when it is asked to', async () => {
  const child = start('src/cli.ts', ['sri-simulator', '--port', '0'], {})
  const ended = finish(child)
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  child.kill('SIGTERM')
  const { code, stdout, stderr } = await ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Simulador del SRI en http:\/\/127\.0\.0\.1:\d+\n$/)
})

it('ends even while somebody waits for an answer that never comes', async () => {
  const sri = await startSimulator(['--switch', 'sinRespuesta=siempre'])
  onTestFinished(() => stop(sri))
  const waiting = sri.client.send(Buffer.from('x'))
  await sri.set({ demoraMs: 1 })
  sri.child.kill('SIGTERM')
  const [code] = await once(sri.child, 'close')
  expect(code).toBe(0)
  expect(await waiting).toMatchObject({ ok: false, failure: { kind: 'cut' } })
})

it('explains itself', async () => {
  const { code, stdout } = await portal(['sri-simulator', '--help'], {})
  expect(code).toBe(0)
  expect(stdout).toContain('respuestaPerdida')
})

it('is told apart from wrong use', async () => {
  const { code, stdout, stderr } = await portal(['sri-simulator', '--port', 'x'], {})
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('--port debe ser un puerto')
})

it.each([
  [['--port', '70000'], '--port debe'],
  [['--switch', 'caida'], 'NOMBRE=VALOR'],
  [['--switch', 'nada=1'], '«nada»'],
  [['--switch', 'demoraMs=pronto'], '«demoraMs»'],
  [['--nada'], '--nada'],
  [['nada'], 'nada'],
])('does not start with %j', async (args, says) => {
  const nowhere = { write: () => true }
  const running = runSimulator(
    args,
    { stdout: nowhere, stderr: nowhere },
    { now: () => new Date(), verifySignature: checkSignature, ended: Promise.resolve() },
  )
  const reason = wrongUse(await running.catch((error: unknown) => error))
  expect(reason).toContain(says)
})

it('says so when somebody has its port', async () => {
  const server = net.createServer().listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
  })
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const { code, stderr } = await portal(['sri-simulator', '--port', String(port)], {})
  expect(code).toBe(1)
  expect(stderr).toBe(`El puerto ${port} ya está ocupado; elige otro con --port.\n`)
})
