import type { Db } from '../../db/open.ts'
import type { ComposedMail, QueuedMail } from '../../outbox/mail.ts'
import { NothingToSay } from '../../outbox/mail.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatDay } from '../../values/day.ts'
import type { Cents } from '../../values/money.ts'
import { cents, formatMoney } from '../../values/money.ts'
import { readableName } from '../../values/person-name.ts'
import type { Brand } from '../../web/pages/brand.ts'
import { view } from '../../web/pages/view.ts'
import { signedValue } from '../receipt.ts'
import type { AnnouncedReceipt } from './alert-store.ts'
import { announcedReceipts } from './alert-store.ts'
import type { MailNeeds } from './compose-alert.ts'
import { subjectOf } from './mail-words.ts'
import type { DigestPayload } from './send-digests.ts'

interface DigestData {
  greeting: string
  headline: string
  title: string
  amount: string | null
  lines: { href: string; name: string; number: string; detail: string; amount: string }[]
  /** «Y 70 más, en tu portal.»; none when all are listed. */
  more: string | null
  action: { href: string; text: string }
  brand: Brand
  settings: string
}

const digestHtml = view<DigestData>('receipts/mail/digest')
const digestText = view<DigestData>('receipts/mail/digest.txt')

/** One mail for a day's receipts, each with its link; their files wait in the portal. */
export async function composeDigest(
  db: Db,
  payload: DigestPayload,
  mail: QueuedMail,
  needs: MailNeeds,
): Promise<ComposedMail> {
  const receipts = await announcedReceipts(db, payload.receiptIds)
  const [first] = receipts
  if (first === undefined) throw new NothingToSay('None of the receipts is there any more')
  const count = payload.count - (payload.receiptIds.length - receipts.length)
  const total = count > receipts.length ? null : sum(receipts)
  const value = total === null ? null : formatMoney(total)
  const subject =
    count === 1 ? subjectOf(first) : `${count} comprobantes${value ? ` por ${value}` : ' nuevos'}`
  const data = digestData(receipts, { count, value, mail }, needs)
  const frame = {
    brand: needs.brand,
    title: subject,
    preheader: `${data.headline}. Descarga el PDF y el XML en tu portal.`,
    footer: { href: data.settings, text: 'Cambiar tus avisos' },
  }
  return {
    subject,
    html: needs.templates.renderMail(digestHtml, data, frame),
    text: needs.templates.render(digestText, data),
    attachments: [],
  }
}

function digestData(
  receipts: readonly AnnouncedReceipt[],
  day: { count: number; value: string | null; mail: QueuedMail },
  { brand, publicUrl }: MailNeeds,
): DigestData {
  const { count, value, mail } = day
  const rest = count - receipts.length
  return {
    greeting: `Hola, ${readableName(mail.to.name)}:`,
    headline: 'Este es tu resumen del día',
    title: count === 1 ? '1 comprobante nuevo' : `${count} comprobantes nuevos`,
    amount: value,
    lines: receipts.map((receipt) => ({
      href: `${publicUrl}/comprobantes/${receipt.accessKey}`,
      name: kindFacts(receipt.kind).name,
      number: receipt.number,
      detail: [formatDay(receipt.issuedOn), receipt.concept].filter(Boolean).join(' · '),
      amount: money(signedValue(receipt)),
    })),
    more: rest > 0 ? `Y ${rest} más en tu portal.` : null,
    action: { href: `${publicUrl}/comprobantes`, text: 'Ver tus comprobantes' },
    brand,
    settings: `${publicUrl}/perfil#avisos`,
  }
}

function money(value: Cents | null): string {
  return value === null ? '' : formatMoney(value)
}

/** What they come to, credit notes taken away; null when none of them has a value. */
function sum(receipts: readonly AnnouncedReceipt[]): Cents | null {
  const values = receipts.map(signedValue).filter((value) => value !== null)
  return values.length === 0 ? null : cents(values.reduce((one, other) => one + other, 0))
}
