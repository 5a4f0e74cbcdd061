import { flowEnd } from './layout/end-items.ts'
import { boxed, element, flow, type Item, type Parent, space } from './layout/flow.ts'
import { drawFoot, drawStamp, startPage } from './layout/furniture.ts'
import { headItem, textItem } from './layout/head-items.ts'
import { type Logo, logoDrawer, prepareLogo } from './layout/logo.ts'
import { gridItems } from './layout/pair-items.ts'
import { tableItems } from './layout/table-items.ts'
import { BOX_PADDING, CONTENT_WIDTH, GAP, PAGE, STYLES } from './layout/theme.ts'
import {
  type Attachment,
  assemble,
  type EmbeddedFaces,
  type PreparedObject,
  type PrintedSheet,
  printed,
} from './pdf/assemble.ts'
import { type EmbeddedFace, Face } from './pdf/fonts.ts'
import { Press } from './pdf/press.ts'
import type { FileFacts } from './pdf/ride-file.ts'
import { DOCUMENT } from './pdf/structure.ts'
import type { Faces } from './pdf/text-lines.ts'
import type { Block, RideSheet } from './sheet.ts'

/** The bank as it signs its own receipts: the mark is never put on those of another issuer. */
export interface Brand {
  readonly logo: Logo
  /** The RUCs that the mark belongs to. */
  readonly rucs: readonly string[]
}

export interface PainterOptions {
  readonly brand?: Brand
}

export interface DrawOptions {
  /** The SRI's query says that the document was annulled; the document cannot know. */
  readonly annulled?: boolean
  /** The authorised XML, carried inside the PDF byte for byte. */
  readonly xml?: Attachment
}

export interface RidePainter {
  /** Draws a sheet. The same sheet, options and fonts give the same bytes, whenever they are. */
  draw(sheet: RideSheet, options?: DrawOptions): Buffer
  /** The same, and its pages besides, to be put among those of others. */
  drawPages(sheet: RideSheet, options?: DrawOptions): { pdf: Buffer; pages: PrintedSheet }
}

const ROOT: Parent = () => DOCUMENT
/** A document without any date still needs one that never changes. */
const NO_DATE = '2000-01-01T00:00:00Z'
const ANNULLED = 'ANULADO'

function blockItems(faces: Faces, block: Block): readonly Item[] {
  const section = element('Sect', ROOT)
  const inner = CONTENT_WIDTH - 2 * BOX_PADDING
  const heading = (width: number): Item =>
    textItem(faces, STYLES.heading, block.title, width, section, 'H2')
  const items: Item[] = []
  if (block.pairs.length > 0) {
    const grid = gridItems(faces, block.pairs, inner, section)
    const boxItems = block.title === '' ? grid : [heading(inner), space(5), ...grid]
    const box = boxed(boxItems, CONTENT_WIDTH)
    items.push(...(box.height < PAGE.height / 2 ? [box] : boxItems), space(GAP))
  }
  if (block.table !== null && block.table.rows.length > 0) {
    // The lines need no title: their head says what they are. A second table does.
    if (block.pairs.length === 0 && block.title !== 'Detalle')
      items.push(heading(CONTENT_WIDTH), space(1))
    items.push(...tableItems(faces, block.table, CONTENT_WIDTH, section), space(GAP))
  }
  return items
}

/** The stamps are only drawn; the same is said in words, for whoever reads with the ears. */
function stateWords(sheet: RideSheet, annulled: boolean): string {
  const words = [
    annulled ? ANNULLED : '',
    sheet.authorization.status === 'rejected' ? 'NO AUTORIZADO' : '',
    sheet.stamp?.split(' · ').at(-1) ?? '',
  ]
  return words.filter((word) => word !== '').join(' · ')
}

function factsOf(sheet: RideSheet): FileFacts {
  const stamped =
    sheet.authorization.instant ?? (sheet.issuedOn ? `${sheet.issuedOn}T00:00:00-05:00` : NO_DATE)
  const createdAt = new Date(stamped)
  return {
    title: `${sheet.name} ${sheet.number}`.trim(),
    author: sheet.issuer.name,
    subject: `Representación impresa del documento electrónico (RIDE): ${sheet.name} de ${sheet.issuer.name}`,
    keywords: [sheet.accessKey, sheet.issuer.ruc, sheet.number].filter(Boolean).join(', '),
    createdAt: Number.isNaN(createdAt.getTime()) ? new Date(NO_DATE) : createdAt,
    creator: 'Portal de comprobantes electrónicos',
  }
}

/**
 * Prepares what all sheets share: faces, the subsets to embed and the mark. The painter is meant
 * to live long and draws one sheet at a time, without waiting for anything.
 */
export function createRidePainter({ brand }: PainterOptions = {}): RidePainter {
  const faces = { R: new Face('figtree-regular.ttf'), S: new Face('figtree-semibold.ttf') }
  const core = embed(faces, false)
  let extended: EmbeddedFaces | null = null
  const logo = brand === undefined ? null : prepareLogo(brand.logo)
  const mark = logo && inCommon(logo)
  const drawLogo = logo === null ? null : logoDrawer(logo)

  const draw: RidePainter['drawPages'] = (sheet, { annulled = false, xml } = {}) => {
    const branded = brand?.rucs.includes(sheet.issuer.ruc) === true
    const press = new Press(faces, (onto, index) => startPage(onto, index, sheet))
    const state = stateWords(sheet, annulled)
    flow(press, [headItem(faces, sheet, state, ROOT, branded ? drawLogo : null), space(GAP)])
    for (const block of [sheet.party, ...sheet.body]) flow(press, blockItems(faces, block))
    flowEnd(press, sheet, ROOT)
    drawStamp(press, annulled ? ANNULLED : null, sheet.stamp)
    drawFoot(press)
    if (press.extended) extended ??= embed(faces, true)
    const subset = press.extended && extended !== null ? extended : core
    const pages = printed(press, subset, branded ? mark : null)
    return { pdf: assemble(press, pages, factsOf(sheet), xml ?? null), pages }
  }
  return { draw: (sheet, options) => draw(sheet, options).pdf, drawPages: draw }
}

function embed({ R, S }: { R: Face; S: Face }, extended: boolean): EmbeddedFaces {
  const shared = (face: EmbeddedFace): EmbeddedFace => {
    const { program, toUnicode } = face
    return { ...face, program: shareBytes(program), toUnicode: shareBytes(toUnicode) }
  }
  return { R: shared(R.embed(extended)), S: shared(S.embed(extended)) }
}

function inCommon({ dictionary, data }: PreparedObject): PreparedObject {
  return { dictionary, data: shareBytes(data) }
}

/** Bytes that go from thread to thread with every sheet, and are never copied. */
function shareBytes(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  return shared
}
