import { type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import type { SignatureAlgorithm } from '#src/sri/signature/algorithms.ts'

const ROUNDS = 15
/** Bytes of a SignedInfo. */
const MESSAGE = 1_400

export interface Way {
  /** How many times a round. */
  readonly count: number
  run(at: number): unknown
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

/**
 * Microseconds of processor each way, round by round; the ways take turns, so that a noisy machine
 * disturbs all alike, and what other processes take of the core is not counted.
 */
export function compare<Name extends string>(ways: Record<Name, Way>): Record<Name, number[]> {
  const names = Object.keys(ways) as Name[]
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const name of names) {
      const { count, run } = ways[name]
      // What one way leaves behind is not swept up on another's time.
      globalThis.gc?.()
      const before = process.cpuUsage()
      for (let at = 0; at < count; at += 1) run(at)
      const { user, system } = process.cpuUsage(before)
      if (round >= 0) times[name].push((user + system) / count)
    }
  }
  return times
}

export function ratio(limit: readonly number[], ours: readonly number[]): number {
  return Number(median(limit.map((time, at) => time / (ours[at] ?? time))).toFixed(2))
}

export const perSecond = (times: readonly number[]): number =>
  Number((1_000_000 / median(times)).toPrecision(4))

/** Signing with RSA and nothing else: the limit. */
export function bare(algorithm: SignatureAlgorithm, key: KeyObject): Way {
  const message = randomBytes(MESSAGE)
  return { count: 60, run: () => sign(algorithm.slice(4), message, key) }
}

/** Verifying one such signature and nothing else. */
export function bareVerify(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  publicKey: KeyObject,
): Way {
  const [message, hash] = [randomBytes(MESSAGE), algorithm.slice(4)]
  const value = sign(hash, message, key)
  return { count: 200, run: () => verify(hash, message, publicKey, value) }
}
