import { formatCount } from '../../values/count.ts'

/** The part of a terminal's stream that drawing needs. */
export interface ProgressStream {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

const REDRAW_MS = 100
const LINE_EVERY_MS = 5_000
const BAR_MAX = 30

/** Shows how far a load is: a bar on a terminal, a plain line now and then elsewhere. */
export class ProgressBar {
  readonly #stream: ProgressStream
  readonly #total: number | null
  readonly #clock: () => number
  readonly #started: number
  #drawn: number

  /** @param total how many files there are, null when nobody counted them */
  constructor(
    stream: ProgressStream,
    total: number | null,
    clock: () => number = () => performance.now(),
  ) {
    this.#stream = stream
    this.#total = total
    this.#clock = clock
    this.#started = clock()
    this.#drawn = stream.isTTY ? Number.NEGATIVE_INFINITY : this.#started
  }

  show(done: number): void {
    const now = this.#clock()
    const every = this.#stream.isTTY ? REDRAW_MS : LINE_EVERY_MS
    if (now - this.#drawn < every && done !== this.#total) return
    this.#drawn = now
    const text = this.#text(done, (now - this.#started) / 1000)
    if (!this.#stream.isTTY) this.#stream.write(`${text}\n`)
    else this.#stream.write(`\r\u001b[K${text.slice(0, (this.#stream.columns ?? 80) - 1)}`)
  }

  /** Leaves a clean line, for other text or for the end. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K')
  }

  #text(done: number, seconds: number): string {
    const rate = seconds > 0 ? Math.round(done / seconds) : 0
    const parts = [
      `${formatCount(done)}${this.#total === null ? '' : ` de ${formatCount(this.#total)}`} archivos`,
    ]
    if (rate > 0) parts.push(`${formatCount(rate)} por segundo`)
    if (this.#total === null) return parts.join(' · ')
    const left = this.#total - done
    if (rate > 0 && left > 0) parts.push(`faltan ${duration(left / rate)}`)
    const share = this.#total === 0 ? 1 : Math.min(1, done / this.#total)
    if (!this.#stream.isTTY) return parts.join(' · ')
    const full = Math.round(share * BAR_MAX)
    return `${'█'.repeat(full)}${'░'.repeat(BAR_MAX - full)} ${parts.join(' · ')}`
  }
}

/** `8 s`, `3 min 20 s`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}
