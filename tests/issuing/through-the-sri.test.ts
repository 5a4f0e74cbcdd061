import crypto from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { services } from '#fixtures/receipts/services.ts'
import { draftOf } from '#fixtures/receipts/to-issue.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { certificateSigning } from '#src/issuing/certificates/certificate-signing.ts'
import { signingIdentityOf } from '#src/issuing/certificates/certificate-store.ts'
import { createCourier } from '#src/issuing/courier/courier.ts'
import { beginIssuances } from '#src/issuing/issuance/begin-issuances.ts'
import { createMaker } from '#src/issuing/making/maker.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { findDocument } from '#src/receipts/documents/document-store.ts'
import { verifySignature } from '#src/sri/signature/verify-signature.ts'
import { dayOf } from '#src/values/day.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { startSimulator, stop } from '../simulator/support.ts'
import { foundBank, KEYS, SILENT } from './bank.ts'
import { certify } from './certify.ts'

const NOW = () => new Date()
const COUNT = 40

function openIssuing(db: Db, service: Parameters<typeof createCourier>[0]['service']) {
  const shared = { db, now: NOW, log: SILENT }
  const maker = createMaker({
    ...shared,
    threads: 1,
    signingOf: async ({ ruc, algorithm }) => {
      const identity = await signingIdentityOf(db, KEYS.seal, ruc)
      return identity && certificateSigning(identity, algorithm)
    },
  })
  onTestFinished(() => maker.stop())
  const carried = { service, policy: amazonas, keys: KEYS, random: crypto.randomBytes }
  return { maker, courier: createCourier({ ...shared, ...carried, follow: async () => undefined }) }
}

eachDatabase((open) => {
  it.each(['rsa-sha1', 'rsa-sha256'] as const)(
    'signs with the uploaded certificate, sends to the simulated SRI and publishes what it authorised: %s',
    { timeout: 90_000 },
    async (algorithm) => {
      const db = await open()
      const sri = await startSimulator(['--switch', 'demoraMs=0'])
      onTestFinished(() => stop(sri))
      await foundBank(db, { algorithm })
      await certify(db)
      const { maker, courier } = openIssuing(db, sri.client)
      const drafts = Array.from({ length: COUNT }, (_, at) => ({
        source: `test:${at}`,
        draft: draftOf(maria, [services.transfer], { day: dayOf(NOW()) }),
        isFee: false,
        lot: null,
      }))
      await transaction(db, (tx) =>
        beginIssuances(tx, drafts, { random: crypto.randomBytes }, NOW()),
      )
      await maker.runOnce()
      await expect
        .poll(
          async () => {
            await courier.runOnce()
            const rows = await db.selectFrom('issuance').select('state').execute()
            return Object.fromEntries(
              [...Map.groupBy(rows, ({ state }) => state)].map(([state, of]) => [state, of.length]),
            )
          },
          { timeout: 40_000, interval: 500 },
        )
        .toEqual({ authorized: COUNT })
      const receipts = await db.selectFrom('receipt').select(['id', 'status', 'number']).execute()
      expect(receipts.map(({ status }) => status)).toEqual(Array(COUNT).fill('authorized'))
      expect(new Set(receipts.map(({ number }) => number)).size).toBe(COUNT)
      const xml = await findDocument(db, receipts[0]?.id ?? 0)
      const { verified, facts } = verifySignature(xml ?? new Uint8Array())
      expect([verified, facts?.algorithm]).toEqual([true, algorithm])
    },
  )
})
