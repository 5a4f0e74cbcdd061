import path from 'node:path'
import { manyPeople } from '#fixtures/receipts/many.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { PasswordHasher } from '#src/identity/passwords/password-hash.ts'
import type { StaffRole } from '#src/identity/person.ts'
import { deriveKeys } from '#src/values/keys.ts'
import { registerEverybody } from '#tests/identity/register-everybody.ts'
import { enrol } from '#tests/identity/staff/support.ts'
import { approve } from '#tests/intake/lots/support.ts'
import { freePort, SECRETS } from '#tests/support/processes.ts'
import { type Environment, runProgram } from '#tests/support/programs.ts'
import type { Visit } from '../even-pace.ts'
import type { Documents } from './documents.ts'
import { HttpVisitor } from './http-visitor.ts'

const PASSWORD = 'Ceibo de Guayaquil'
/** Customers who look at their receipts meanwhile. */
const CROWD = 50
const SEARCHES = ['/comprobantes', '/comprobantes?periodo=rango', '/comprobantes?q=transferencia']
/** The most that the parameter takes. */
const MAILS_A_MINUTE = '60000'

/** A bank in operation, whose portal does not run yet. */
export interface World {
  readonly db: Db
  readonly environment: Environment
  readonly origin: string
  /** Numbers of those who will look at their receipts. */
  readonly crowd: readonly string[]
}

/** A bank with customers, who have receipts and addresses. */
export async function foundWorld(
  database: string,
  folder: string,
  { before, people }: Documents,
  smtpUrl: string,
): Promise<World> {
  const origin = `http://127.0.0.1:${await freePort()}`
  const data = path.join(folder, 'data')
  const environment = {
    ...SECRETS,
    DATABASE_URL: database,
    DATA_DIR: data,
    SMTP_URL: smtpUrl,
    PUBLIC_URL: origin,
  }
  await command(environment, 'load', before)
  const db = openDb(database)
  const everybody = manyPeople(people)
  const apart = Math.max(1, Math.floor(people / CROWD))
  const crowd = everybody.filter((_, at) => at % apart === 0).slice(0, CROWD)
  const keys = deriveKeys(Buffer.from(SECRETS.ENCRYPTION_KEY, 'hex'))
  const hash = await new PasswordHasher(keys.password).hash(PASSWORD)
  await registerEverybody(db, crowd, hash)
  const others = everybody.filter((person) => !crowd.includes(person))
  await registerEverybody(db, others)
  return { db, environment, origin, crowd: crowd.map(({ id }) => id) }
}

/** `npm run portal -- …`; answers what it reports, whether or not all was well. */
export async function command(environment: Environment, ...args: string[]): Promise<string> {
  const program = runProgram(['src/cli.ts', ...args], environment)
  let told = ''
  program.child.stdout?.on('data', (text) => {
    told += text
  })
  const { code } = await program.ended
  if (code !== 0 && !args.includes('--json')) {
    throw new Error(`${args.join(' ')} ended with ${code}: ${told} ${program.complaints()}`)
  }
  return told
}

/** Who of the bank has to do with the lot. */
export interface Staff {
  readonly diego: HttpVisitor
  readonly lucia: HttpVisitor
}

/** Diego loads, Lucía approves, and Ana has mails leave as fast as they can. */
export async function signInStaff(world: World): Promise<Staff> {
  const ana = await signIn(world, 'ana', 'administrator')
  const diego = await signIn(world, 'diego', 'loader')
  const lucia = await signIn(world, 'lucia', 'approver')
  const form = { valor: MAILS_A_MINUTE, motivo: 'Un lote de fin de mes' }
  const proposed = await ana.post('/interno/parametros/correo-ritmo', form)
  const approved = await approve(lucia)
  for (const { statusCode, body } of [proposed, approved]) {
    if (statusCode !== 303) throw new Error(`The pace was not raised: ${statusCode} ${body}`)
  }
  return { diego, lucia }
}

/** Gives somebody of the bank an access and signs them in. */
export async function signIn(
  { environment, origin }: Pick<World, 'environment' | 'origin'>,
  user: string,
  role: StaffRole,
): Promise<HttpVisitor> {
  const who = ['--role', role, '--user', user, '--name', user, '--email', `${user}@b.example`]
  const added = JSON.parse(await command(environment, 'user', 'add', ...who, '--print', '--json'))
  const visitor = new HttpVisitor(origin)
  await enrol({ clock: { now: () => new Date() } }, visitor, user, added.initialPassword)
  return visitor
}

/** The crowd signs in; answers them by their numbers. */
export async function signInCrowd(world: World): Promise<ReadonlyMap<string, HttpVisitor>> {
  const signedIn = new Map<string, HttpVisitor>()
  for (const usuario of world.crowd) {
    const visitor = new HttpVisitor(world.origin)
    const { statusCode } = await visitor.post('/ingresar', { usuario, contrasena: PASSWORD })
    if (statusCode !== 303) throw new Error(`Signing in was answered ${statusCode}`)
    signedIn.set(usuario, visitor)
  }
  return signedIn
}

/** What they ask for, by turns. */
export function searchesOf(origin: string, crowd: Iterable<HttpVisitor>): Visit[] {
  return [...crowd].flatMap(({ cookie }, at) => {
    const search = SEARCHES[at % SEARCHES.length] ?? ''
    return [{ url: origin + search, headers: { cookie } }]
  })
}
