import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { company, maria, pedro, rosa } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import type { Context } from '../context.ts'
import { transaction } from '../db/transaction.ts'
import { activateLogin } from '../identity/login-store.ts'
import { addCustomer } from '../identity/parties/add-customer.ts'
import { findPartyByNumber } from '../identity/parties/party-store.ts'
import { PasswordHasher } from '../identity/passwords/password-hash.ts'
import { loadFiles } from '../intake/load-files.ts'
import { dayOf } from '../values/day.ts'
import { pastSigner } from './past-signer.ts'
import { seedHistory } from './seed-history.ts'

/** Who the demo's visitor can be, in the words that are printed when it starts. */
export interface DemoPerson {
  name: string
  username: string
  password: string
  story: string
}

const PASSWORD = 'Ceibo de Guayaquil'

/** An address that nobody has, so that there are mails that come back. */
export const NOBODY = company.email ?? ''

export const PEOPLE: readonly DemoPerson[] = [
  {
    name: 'María José Paredes',
    username: maria.id,
    password: maria.id,
    story: 'primer ingreso: elige contraseña y correo; el código llega al buzón',
  },
  {
    name: 'Rosa Intriago',
    username: rosa.id,
    password: rosa.id,
    story: 'primer ingreso; el banco tiene su correo y envía ahí otro código, al buzón',
  },
  {
    name: 'Pedro Andrade',
    username: pedro.id,
    password: PASSWORD,
    story: 'ya tiene acceso; cada comprobante nuevo le llega al buzón',
  },
  {
    name: 'Comercial Tres Ríos',
    username: company.id,
    password: PASSWORD,
    story: 'ya tiene acceso, pero su correo no existe: sus avisos vuelven al banco',
  },
]

/** Fills an empty database with the fictitious bank; leaves one alone that has people already. */
export async function seedDemo(context: Context, say: (text: string) => void): Promise<void> {
  const { db, keys, policy, now } = context
  if (await findPartyByNumber(db, maria.id)) return
  say('Preparando el banco ficticio…\n')
  await seedHistory(context)
  await addCustomer(
    db,
    { number: rosa.id, name: 'Rosa Intriago', email: rosa.email ?? '' },
    policy,
    now(),
  )
  await addCustomer(db, { number: maria.id, name: 'María José Paredes' }, policy, now())
  await addCustomer(db, { number: pedro.id, name: 'Pedro Andrade' }, policy, now())
  await giveAccess(context, pedro.id, 'Pedro Andrade', pedro.email ?? '')
  await addCustomer(db, { number: company.id, name: company.name }, policy, now())
  await giveAccess(context, company.id, company.name, NOBODY)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'demo-'))
  try {
    for (const { name, xml } of demoReceipts(dayOf(now()), pastSigner(now()))) {
      fs.writeFileSync(path.join(folder, name), xml)
    }
    const { loaded } = await loadFiles([folder], { db, keys, policy, issuers: [], now })
    say(`${loaded} comprobantes cargados.\n`)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function giveAccess(
  { db, keys, now }: Context,
  number: string,
  name: string,
  email: string,
): Promise<void> {
  const party = await findPartyByNumber(db, number)
  if (!party) throw new Error('The demo lacks a person it has just added')
  const passwordHash = await new PasswordHasher(keys.password).hash(PASSWORD)
  const login = { partyId: party.id, username: number, name, passwordHash, email }
  await transaction(db, (tx) => activateLogin(tx, login, now()))
}
