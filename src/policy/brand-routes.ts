import Type from 'typebox'
import type { Db } from '../db/open.ts'
import type { Area } from '../web/area.ts'
import { NotFound } from '../web/errors/errors.ts'
import { colourSheet, sampleSheet } from '../web/pages/palette.ts'
import { DOCUMENT_SECURITY_POLICY } from '../web/safety/security-headers.ts'
import type { KeptLogo } from './logo/kept-logo.ts'
import { brandLogo, logoFile } from './logo/kept-logo.ts'
import { findChanges } from './parameters/change-store.ts'

const FOR_EVER = 'public, max-age=31536000, immutable'

const SHEET = /^(color|muestra)-([0-9a-f]{6})\.[0-9a-f]{10}\.css$/
const LOGO = /^logo-(\d{1,15})\.[0-9a-f]{10}\.(?:svg|png)$/

/**
 * The bank's own colours and mark: /marca. An address says all that its content is made of, so any
 * process can answer it, whatever it has heard of the last change, and browsers keep it for ever.
 */
export const brandRoutes: Area<{ db: Db }> = async (app, { db }) => {
  const schema = { params: Type.Object({ archivo: Type.String({ maxLength: 60 }) }) }
  app.get('/marca/:archivo', { schema }, async (request, reply) => {
    const { archivo } = request.params
    const address = `/marca/${archivo}`
    const file = sheetOf(archivo, address) ?? (await logoOf(db, archivo, address))
    if (!file) throw new NotFound()
    return reply
      .headers({ 'cache-control': FOR_EVER, 'content-security-policy': DOCUMENT_SECURITY_POLICY })
      .type(file.type)
      .send(file.bytes)
  })
}

interface BrandFile {
  type: string
  bytes: Buffer
}

function sheetOf(name: string, address: string): BrandFile | null {
  const [, kind, colour] = SHEET.exec(name) ?? []
  const make = kind === 'muestra' ? sampleSheet : colourSheet
  const sheet = colour === undefined ? null : make(`#${colour}`)
  if (sheet?.address !== address) return null
  return { type: 'text/css; charset=utf-8', bytes: Buffer.from(sheet.text) }
}

async function logoOf(db: Db, name: string, address: string): Promise<BrandFile | null> {
  const [, id] = LOGO.exec(name) ?? []
  const [change] = id === undefined ? [] : await findChanges(db, [Number(id)])
  if (change?.name !== 'brand.logo' || change.value === null) return null
  const kept = change.value as KeptLogo
  return brandLogo(kept, change.id).address === address ? logoFile(kept) : null
}
