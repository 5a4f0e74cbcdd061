import { parentPort, workerData } from 'node:worker_threads'
import type { DrawOptions, PainterOptions } from './draw-ride.ts'
import { createRidePainter } from './draw-ride.ts'
import type { RideSheet } from './sheet.ts'

/** What the pool asks of a thread. */
export interface DrawRequest {
  readonly sheet: RideSheet
  readonly options: DrawOptions
}

/** Answers come in the order of the requests. */
export type DrawAnswer = { readonly pdf: Uint8Array<ArrayBuffer> } | { readonly error: string }

const painter = createRidePainter(workerData as PainterOptions)

parentPort?.on('message', ({ sheet, options }: DrawRequest) => {
  try {
    // A copy of its own, so that its memory can be handed over instead of copied again.
    const pdf = new Uint8Array(painter.draw(sheet, options))
    parentPort?.postMessage({ pdf } satisfies DrawAnswer, [pdf.buffer])
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
    parentPort?.postMessage({ error: words } satisfies DrawAnswer)
  }
})
