import crypto from 'node:crypto'
import fs from 'node:fs'
import type { Config } from './config.ts'
import type { Db } from './db/open.ts'
import { openDb } from './db/open.ts'
import { findPolicy } from './policy/find-policy.ts'
import type { LivePolicy } from './policy/live-policy.ts'
import { livePolicy } from './policy/live-policy.ts'
import type { Policy } from './policy/policy.ts'
import { sriAddress } from './sri/service/addresses.ts'
import { lateSriService } from './sri/service/late-sri-service.ts'
import type { SriService } from './sri/service/sri-service.ts'
import type { Keys } from './values/keys.ts'
import { deriveKeys } from './values/keys.ts'

/** The outside world, handed down from the two doors; every story takes only the parts it needs. */
export interface Context {
  config: Config
  db: Db
  /** Always what is in force, also for whoever keeps it or a part of it. */
  policy: Policy
  live: LivePolicy
  sri: SriService
  keys: Keys
  now: () => Date
  /** Cryptographically strong random bytes. */
  random: (length: number) => Buffer
  log: Log
}

/** The part of pino that this product uses. Never give it a name, a number or an address of a person. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Opens the real world that `config` describes. Close it with `context.db.destroy()`. */
export function openContext(config: Config, log: Log): Context {
  fs.mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const db = openDb(config.databaseUrl)
  const now = () => new Date()
  const live = livePolicy(findPolicy(config.bankPolicy), { db, now, log })
  return {
    config,
    db,
    policy: live.policy,
    live,
    sri: lateSriService({ address: sriAddress(config.sriService, config.sriSimulatorUrl), now }),
    keys: deriveKeys(config.encryptionKey),
    now,
    random: crypto.randomBytes,
    log,
  }
}
