import crypto from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { Db } from '#src/db/open.ts'
import { certificateInUse } from '#src/issuing/certificates/certificate-store.ts'
import { type Courier, type CourierNeeds, createCourier } from '#src/issuing/courier/courier.ts'
import type { IssuedPlace } from '#src/issuing/courier/settle.ts'
import { createMaker, type Maker } from '#src/issuing/making/maker.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { stoppedClock } from '#tests/outbox/clock.ts'
import { KEYS, NOW, SILENT } from './bank.ts'
import { SIGNING } from './fake-signing.ts'
import { FakeSri } from './fake-sri.ts'

/** The whole way of a document, by a clock that stands still until it is told. */
export interface Works {
  readonly sri: FakeSri
  readonly maker: Maker
  readonly courier: Courier
  readonly clock: ReturnType<typeof stoppedClock>
  readonly issued: IssuedPlace[]
  /** Makes and carries what is due; then again as often as asked, each time so much later. */
  round(rounds?: number, seconds?: number): Promise<void>
}

export function openWorks(
  db: Db,
  options: Partial<CourierNeeds> & {
    secret?: string
    sri?: FakeSri
    start?: Date
    /** Whether nothing is signed of who has no certificate. */
    certified?: boolean
  } = {},
): Works {
  const { sri = new FakeSri(), secret = 'ceibo', start = NOW, certified, ...rest } = options
  const clock = stoppedClock(start)
  const issued: IssuedPlace[] = []
  const shared = { db, now: clock.now, log: SILENT }
  const signing = { module: SIGNING.module, data: { secret } }
  const signingOf = async ({ ruc }: { ruc: string }) =>
    certified && (await certificateInUse(db, ruc)) === null ? null : signing
  const maker = createMaker({ ...shared, signingOf, threads: 1 })
  const courier = createCourier({
    ...shared,
    service: sri,
    policy: amazonas,
    keys: KEYS,
    random: crypto.randomBytes,
    follow: async (_tx, places) => {
      issued.push(...places)
    },
    ...rest,
  })
  onTestFinished(() => maker.stop())
  return {
    sri,
    maker,
    courier,
    clock,
    issued,
    round: async (rounds = 1, seconds = 10) => {
      for (let at = 0; at < rounds; at += 1) {
        await maker.runOnce()
        await courier.runOnce()
        if (at + 1 < rounds) clock.advance({ seconds })
      }
    },
  }
}
