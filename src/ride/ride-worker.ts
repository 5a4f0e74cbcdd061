import { parentPort, workerData } from 'node:worker_threads'
import { describeFile } from './describe-file.ts'
import type { PainterOptions } from './draw-ride.ts'
import { createRidePainter } from './draw-ride.ts'
import type { Attachment, PrintedSheet } from './pdf/assemble.ts'
import type { Authorization } from './sheet.ts'

/** A receipt to be drawn, and all that its file does not say. */
export interface DrawRequest {
  /** The authorised file: what is drawn, and what is carried inside the PDF byte for byte. */
  readonly xml: Attachment
  readonly authorization: Authorization
  readonly annulled: boolean
  /** Whether its pages are wanted besides, to be put among those of others. */
  readonly pages?: boolean
}

/** Another mark, for all that is asked for after it. */
export interface PaintOrder {
  readonly painter: PainterOptions
}

/** Answers come in the order of the requests; `pdf` is null when the file cannot be read. */
export type DrawAnswer =
  | { readonly pdf: Uint8Array<ArrayBuffer> | null; readonly pages: PrintedSheet | null }
  | { readonly error: string }

let painter = createRidePainter(workerData as PainterOptions)

function draw({ xml, authorization, annulled, pages }: DrawRequest) {
  const sheet = describeFile(xml.bytes, authorization)
  if (sheet === null) return { pdf: null, pages: null }
  const drawn = painter.drawPages(sheet, { xml, annulled })
  // Copies of their own: a small buffer shares its memory with others, all of which would go along.
  const contents = drawn.pages.contents.map((content) => new Uint8Array(content))
  return { pdf: new Uint8Array(drawn.pdf), pages: pages ? { ...drawn.pages, contents } : null }
}

parentPort?.on('message', (request: DrawRequest | PaintOrder) => {
  if ('painter' in request) {
    painter = createRidePainter(request.painter)
    return
  }
  try {
    const drawn = draw(request)
    const own = drawn.pdf === null ? [] : [drawn.pdf.buffer]
    parentPort?.postMessage(drawn satisfies DrawAnswer, own)
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
    parentPort?.postMessage({ error: words } satisfies DrawAnswer)
  }
})
