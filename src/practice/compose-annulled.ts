import type { Db } from '../db/open.ts'
import type { Notice, NoticeNeeds } from '../identity/mail.ts'
import { composeNotice } from '../identity/mail.ts'
import type { ComposedMail, QueuedMail } from '../outbox/mail.ts'
import { NothingToSay } from '../outbox/mail.ts'
import { definite } from '../receipts/alerts/mail-words.ts'
import { toldOf } from '../receipts/alerts/tell-annulled.ts'
import type { OwnedReceipt } from '../receipts/receipt.ts'
import { findReceiptOf } from '../receipts/receipt-store.ts'
import { kindFacts } from '../sri/kinds.ts'
import { dayOf } from '../values/day.ts'
import { formatMoney } from '../values/money.ts'
import { readableName } from '../values/person-name.ts'
import { clientScopeOf } from './client-store.ts'

/**
 * Tells an accountant that a receipt of a client which they fetched is annulled; nothing to one whose
 * access to it has ended.
 */
export async function composeAnnulled(
  db: Db,
  mail: QueuedMail,
  needs: NoticeNeeds,
): Promise<ComposedMail> {
  const { accessKey, loginId } = toldOf(mail)
  const { scope, clients } = await clientScopeOf(db, loginId, dayOf(mail.createdAt))
  const receipt = scope.length === 0 ? null : await findReceiptOf(db, scope, accessKey)
  if (!receipt) throw new NothingToSay('The receipt is gone, or the access to it')
  const client = readableName(clients.get(receipt.partyId)?.name ?? '')
  return composeNotice(noticeOf(receipt, client, needs), mail.to.name, needs)
}

function noticeOf(
  { kind, number, totalCents, accessKey }: OwnedReceipt,
  client: string,
  { publicUrl }: NoticeNeeds,
): Notice {
  const title = `${kindFacts(kind).name} ${number}`
  const amount = totalCents === null ? '' : `, por ${formatMoney(totalCents)}`
  return {
    subject: `Anulado: ${title}`,
    headline: 'Un comprobante que descargaste se anuló en el SRI',
    secret: null,
    lines: [
      `${title}${amount}, de ${client}.`,
      'Ya no sirve como sustento. Si lo registraste en su contabilidad o en una declaración, revísalo.',
    ],
    action: { href: `${publicUrl}/comprobantes/${accessKey}`, text: `Ver ${definite(kind)}` },
  }
}
