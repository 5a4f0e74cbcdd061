import { createHash } from 'node:crypto'
import type { Logo, VectorLogo } from '../../ride/layout/logo.ts'
import type { BrandLogo } from '../policy.ts'
import { readPng } from './read-png.ts'
import { readSvg } from './read-svg.ts'

/** A mark as the database keeps it: made anew from what was uploaded. */
export type KeptLogo = VectorLogo | { readonly png: string }

export const LOGO_BYTES_MAX = 100 * 1_024

const UNREADABLE = 'Elige un archivo SVG o PNG.'

/** Reads an uploaded mark, whatever its name says it is. */
export function readLogo(
  file: Buffer,
): { ok: true; value: KeptLogo } | { ok: false; problem: string } {
  if (file.length === 0) return { ok: false, problem: UNREADABLE }
  if (file.length > LOGO_BYTES_MAX) {
    return { ok: false, problem: 'El logo pesa más de 100 KB. Usa uno más liviano.' }
  }
  if (file[0] === 0x89) {
    const read = readPng(file)
    return read.ok ? { ok: true, value: { png: read.png.toString('base64') } } : read
  }
  const text = readText(file)
  if (text === null) return { ok: false, problem: UNREADABLE }
  const read = readSvg(text)
  return read.ok ? { ok: true, value: read.logo } : read
}

/** The mark as the RIDE prints it, and where `/marca` serves it to browsers. */
export function brandLogo(kept: KeptLogo, changeId: number): BrandLogo {
  const { bytes, extension } = logoFile(kept)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10)
  const drawn: Logo = 'png' in kept ? { png: Buffer.from(kept.png, 'base64') } : kept
  return { address: `/marca/logo-${changeId}.${hash}.${extension}`, drawn }
}

/** The mark as a browser is sent it. */
export function logoFile(kept: KeptLogo): {
  bytes: Buffer
  extension: 'png' | 'svg'
  type: string
} {
  if ('png' in kept) {
    return { bytes: Buffer.from(kept.png, 'base64'), extension: 'png', type: 'image/png' }
  }
  const shapes = kept.shapes.map(printShape).join('\n')
  const text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${kept.size} ${kept.size}">\n${shapes}\n</svg>\n`
  return { bytes: Buffer.from(text), extension: 'svg', type: 'image/svg+xml' }
}

function printShape({ path, fill, evenOdd, stroke }: VectorLogo['shapes'][number]): string {
  const parts = [`d="${path}"`, `fill="${fill ? hex(fill) : 'none'}"`]
  if (evenOdd) parts.push('fill-rule="evenodd"')
  if (stroke) {
    const line = 'stroke-linecap="round" stroke-linejoin="round"'
    parts.push(`stroke="${hex(stroke.color)}" stroke-width="${stroke.width}" ${line}`)
  }
  return `<path ${parts.join(' ')}/>`
}

function hex(colour: readonly number[]): string {
  return `#${colour
    .map((part) =>
      Math.round(part * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

function readText(file: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file)
  } catch {
    return null
  }
}
