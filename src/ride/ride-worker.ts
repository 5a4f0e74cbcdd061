import { parentPort, workerData } from 'node:worker_threads'
import { hearMessages } from '../work/thread.ts'
import { describeFile } from './describe-file.ts'
import type { PainterOptions } from './draw-ride.ts'
import { createRidePainter } from './draw-ride.ts'
import type { Attachment } from './pdf/assemble.ts'
import type { Authorization } from './sheet.ts'

/** A receipt to be drawn, and all that its file does not say. */
export interface DrawRequest {
  /** The authorised file: what is drawn, and what is carried inside the PDF byte for byte. */
  readonly xml: Attachment
  readonly authorization: Authorization
  readonly annulled: boolean
}

/** Another mark, for all that is asked for after it. */
export interface PaintOrder {
  readonly painter: PainterOptions
}

/** Answers come in the order of the requests; `pdf` is null when the file cannot be read. */
export type DrawAnswer =
  | { readonly pdf: Uint8Array<ArrayBuffer> | null }
  | { readonly error: string }

let painter = createRidePainter(workerData as PainterOptions)

function draw({ xml, authorization, annulled }: DrawRequest): Uint8Array<ArrayBuffer> | null {
  const sheet = describeFile(xml.bytes, authorization)
  // A copy of its own, so that its memory can be handed over instead of copied again.
  return sheet && new Uint8Array(painter.draw(sheet, { xml, annulled }))
}

hearMessages((request: DrawRequest | PaintOrder) => {
  if ('painter' in request) {
    painter = createRidePainter(request.painter)
    return
  }
  try {
    const pdf = draw(request)
    parentPort?.postMessage({ pdf } satisfies DrawAnswer, pdf === null ? [] : [pdf.buffer])
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
    parentPort?.postMessage({ error: words } satisfies DrawAnswer)
  }
})
