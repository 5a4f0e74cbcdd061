import crypto from 'node:crypto'
import { fingerprint } from '../../values/keys.ts'

const SHAPE = /^(\d{1,16})-([0-9a-f]{24})$/
const MARK_SIGNS = 24

/**
 * The place up to which a program has read, as it is told: it belongs to the program's key, so that
 * two programs never take each other's, and nobody makes one up.
 */
export function writePlace(key: Buffer, apiKeyId: number, seq: number): string {
  return `${seq}-${markOf(key, apiKeyId, seq)}`
}

/** Null for a place that this key was never told. */
export function readPlace(key: Buffer, apiKeyId: number, text: string): number | null {
  const [, digits, mark] = SHAPE.exec(text) ?? []
  if (digits === undefined || mark === undefined) return null
  const seq = Number(digits)
  const right = Buffer.from(markOf(key, apiKeyId, seq))
  return crypto.timingSafeEqual(right, Buffer.from(mark)) && String(seq) === digits ? seq : null
}

function markOf(key: Buffer, apiKeyId: number, seq: number): string {
  return fingerprint(key, `feed-place:${apiKeyId}:${seq}`).slice(0, MARK_SIGNS)
}
