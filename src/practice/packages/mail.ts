import type { Notice, NoticeNeeds } from '../../identity/mail.ts'
import { composeNotice } from '../../identity/mail.ts'
import type { Composer } from '../../outbox/mail.ts'
import { NothingToSay } from '../../outbox/mail.ts'
import { countPhrase } from '../../receipts/search/search-words.ts'
import { formatBytes, formatCount } from '../../values/count.ts'
import { formatDateTime } from '../../values/day.ts'
import { PACKAGE_ENDED } from './announce-package.ts'
import type { Package, PackagePart } from './package.ts'
import { packageById, partsOfPackages } from './package-store.ts'
import { packageTitle } from './page/package-words.ts'

/** What packages mail, by reason. */
export function packageComposers(needs: NoticeNeeds): [reason: string, composer: Composer][] {
  return [
    [
      PACKAGE_ENDED,
      async (db, payload, mail) => {
        const id = Number(payload['packageId'])
        const one = await packageById(db, id)
        const parts = (await partsOfPackages(db, [id])).get(id) ?? []
        if (one.status === 'making' || one.status === 'cancelled') {
          throw new NothingToSay('It is under way, or nobody waits for it')
        }
        const notice = one.status === 'ready' ? readyNotice(one, parts, needs) : failed(one, needs)
        return composeNotice(notice, mail.to.name, needs)
      },
    ],
  ]
}

function readyNotice(
  one: Package,
  parts: readonly PackagePart[],
  { publicUrl }: NoticeNeeds,
): Notice {
  const receipts = parts.reduce((sum, part) => sum + part.receipts, 0)
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  const missing = parts.reduce((sum, part) => sum + part.missing, 0)
  const files = parts.length > 1 ? ` en ${parts.length} partes` : ''
  return {
    subject: 'Tu descarga está lista',
    headline: 'Tu descarga está lista',
    secret: null,
    lines: [
      `${packageTitle(one)}: ${countPhrase(receipts)}, ${formatBytes(bytes)}${files}.`,
      ...(missing > 0
        ? [`En ${formatCount(missing)} falta algún archivo; LEEME.txt dice cuáles y por qué.`]
        : []),
      `La guardamos hasta el ${formatDateTime(one.expiresAt ?? one.requestedAt)}.`,
    ],
    action: { href: `${publicUrl}/descargas/${one.id}`, text: 'Ir a la descarga' },
  }
}

function failed(one: Package, { publicUrl }: NoticeNeeds): Notice {
  return {
    subject: 'No pudimos terminar tu descarga',
    headline: 'No pudimos terminar tu descarga',
    secret: null,
    lines: [`${packageTitle(one)}. ${one.problem ?? ''}`.trim()],
    action: { href: `${publicUrl}/descargas/${one.id}`, text: 'Ver la descarga' },
  }
}
