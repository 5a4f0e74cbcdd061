import type { Db } from '../../db/open.ts'
import type { Attachment, ComposedMail, QueuedMail } from '../../outbox/mail.ts'
import { NothingToSay } from '../../outbox/mail.ts'
import type { RidePool } from '../../ride/ride-pool.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatDay } from '../../values/day.ts'
import { formatMoney } from '../../values/money.ts'
import { readableName } from '../../values/person-name.ts'
import type { Brand } from '../../web/pages/brand.ts'
import type { Templates } from '../../web/pages/render.ts'
import { view } from '../../web/pages/view.ts'
import { findDocument } from '../documents/document-store.ts'
import { drawReceipt } from '../files/draw-receipt.ts'
import { fileStem, statusSentence } from '../receipt.ts'
import type { AnnouncedReceipt } from './alert-store.ts'
import { announcedReceipts } from './alert-store.ts'
import { capitalized, definite, headlineOf, subjectOf } from './mail-words.ts'

export interface MailNeeds {
  templates: Templates
  brand: Brand
  /** `https://portal.banco.example`, without a slash at the end. */
  publicUrl: string
  ridePool: Pick<RidePool, 'draw'>
}

const ATTACHED =
  'Adjuntamos el PDF y el XML. También los encuentras en tu portal cuando los necesites.'
const ANNULLED =
  'Ya no sirve como sustento. Si lo entregaste a alguien, avísale; en tu portal queda para tu historial.'

/** Everything the mail shows is words already, the same in HTML and text. */
interface AlertData {
  greeting: string
  headline: string
  /** «Factura 001-002-000018710» */
  title: string
  amount: string | null
  facts: { label: string; value: string }[]
  attached: string
  action: { href: string; text: string }
  brand: Brand
  settings: string
}

const alertHtml = view<AlertData>('receipts/mail/alert')
const alertText = view<AlertData>('receipts/mail/alert.txt')

/** Why a receipt is mailed: it is new, its owner asked for a copy, or it holds no more. */
type Occasion = 'new' | 'copy' | 'annulled'

/** The same mail but for its headline, and without files once the receipt is annulled. */
export async function composeAlert(
  db: Db,
  mail: QueuedMail,
  needs: MailNeeds,
  occasion: Occasion,
): Promise<ComposedMail> {
  const [receipt] = mail.receiptId === null ? [] : await announcedReceipts(db, [mail.receiptId])
  const xml = receipt && (await findDocument(db, receipt.id))
  if (!receipt || !xml) throw new NothingToSay('The receipt is gone')
  const data = alertData(receipt, mail, needs, occasion)
  const annulled = occasion === 'annulled'
  const subject = annulled ? `Anulado: ${subjectOf(receipt)}` : subjectOf(receipt)
  const frame = {
    brand: needs.brand,
    title: subject,
    preheader: `${statusSentence(receipt)}. ${annulled ? ANNULLED : 'Adjuntamos el PDF y el XML.'}`,
    footer: { href: data.settings, text: 'Cambiar tus avisos' },
  }
  return {
    subject,
    html: needs.templates.renderMail(alertHtml, data, frame),
    text: needs.templates.render(alertText, data),
    attachments: annulled ? [] : await filesOf(receipt, xml, needs.ridePool),
  }
}

function alertData(
  receipt: AnnouncedReceipt,
  mail: QueuedMail,
  needs: MailNeeds,
  occasion: Occasion,
): AlertData {
  const { brand, publicUrl } = needs
  const ours = sameName(receipt.issuerName, brand.legalName)
  const facts = [
    { label: 'Concepto', value: receipt.concept },
    { label: 'Emisor', value: ours ? '' : receipt.issuerName },
    { label: 'Fecha de emisión', value: formatDay(receipt.issuedOn) },
    { label: 'Estado', value: statusSentence(receipt) },
  ]
  return {
    greeting: `Hola, ${readableName(mail.to.name)}:`,
    headline: {
      new: headlineOf(receipt, ours),
      copy: `Aquí tienes ${definite(receipt.kind)}`,
      annulled: `${capitalized(definite(receipt.kind))} que tienes se anuló en el SRI`,
    }[occasion],
    title: `${kindFacts(receipt.kind).name} ${receipt.number}`,
    amount: receipt.totalCents === null ? null : formatMoney(receipt.totalCents),
    facts: facts.filter(({ value }) => value !== ''),
    attached: occasion === 'annulled' ? ANNULLED : ATTACHED,
    action: {
      href: `${publicUrl}/comprobantes/${receipt.accessKey}`,
      text: `Ver ${definite(receipt.kind)}`,
    },
    brand,
    settings: `${publicUrl}/perfil#avisos`,
  }
}

/** The same files, by the same names, as the portal hands out. */
async function filesOf(
  receipt: AnnouncedReceipt,
  xml: Uint8Array,
  ridePool: Pick<RidePool, 'draw'>,
): Promise<Attachment[]> {
  const stem = fileStem(receipt)
  const drawn = await drawReceipt(ridePool, receipt, xml)
  if (!drawn.ok) throw new Error(`No PDF for the mail: ${drawn.refusal}`)
  return [
    { filename: `${stem}.pdf`, contentType: 'application/pdf', content: drawn.pdf },
    { filename: `${stem}.xml`, contentType: 'application/xml', content: xml },
  ]
}

/** Whether the issuer is the bank that writes, which then says «emitimos». */
function sameName(one: string, other: string): boolean {
  const plain = (name: string) =>
    name
      .normalize('NFD')
      .replaceAll(/[^a-z0-9]/gi, '')
      .toLowerCase()
  return plain(one) === plain(other)
}
