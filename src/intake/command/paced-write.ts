/** The part of a stream that a report is written to; a plain writer has no pace of its own. */
export interface PacedStream {
  write(text: string): unknown
  readonly destroyed?: boolean
  on?(event: 'drain' | 'close', listener: () => void): unknown
  off?(event: 'drain' | 'close', listener: () => void): unknown
}

/**
 * Writes, and answers a promise to wait for when the reader is slower than the writer, so that what
 * is not read yet does not pile up in memory. A reader that has gone is waited for by nobody.
 */
export function writePaced(stream: PacedStream, text: string): Promise<void> | undefined {
  const wantsMore = stream.write(text) !== false
  if (wantsMore || stream.destroyed || !stream.on || !stream.off) return undefined
  return new Promise((resolve) => {
    const goOn = () => {
      stream.off?.('drain', goOn)
      stream.off?.('close', goOn)
      resolve()
    }
    stream.on?.('drain', goOn)
    stream.on?.('close', goOn)
  })
}
