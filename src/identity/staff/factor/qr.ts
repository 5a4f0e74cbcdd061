import { encode } from 'uqr'

/** A QR code as one path over a square of `size` modules, quiet zone included. */
export interface QrDrawing {
  size: number
  path: string
}

const QUIET_ZONE = 4

/** Draws a text as a QR code that survives 15 % of it being unreadable. */
export function drawQr(text: string): QrDrawing {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE })
  return { size, path: data.flatMap((row, y) => rowOf(row, y)).join('') }
}

/** The dark runs of a row, each a rectangle one module high. */
function rowOf(row: readonly boolean[], y: number): string[] {
  const runs: string[] = []
  for (let x = 0; x < row.length; x += 1) {
    if (!row[x]) continue
    const start = x
    while (row[x + 1]) x += 1
    const width = x + 1 - start
    runs.push(`M${start} ${y}h${width}v1h-${width}z`)
  }
  return runs
}
