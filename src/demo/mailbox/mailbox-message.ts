interface MailboxFile {
  name: string
  type: string
  bytes: Buffer
}

/** A mail as it arrived, taken apart by a reader that is not ours. */
export interface MailboxMessage {
  id: number
  /** When it was sent, as it says itself. */
  at: Date
  subject: string
  from: string
  to: string
  /** Of the envelope: whom the server was told to deliver to. */
  recipients: readonly string[]
  headers: readonly { name: string; value: string }[]
  text: string
  html: string | null
  files: readonly MailboxFile[]
  size: number
}

type Arrival = Pick<MailboxMessage, 'id' | 'recipients'>

export async function readMessage(arrival: Arrival, raw: Buffer): Promise<MailboxMessage> {
  const { default: PostalMime } = await import('postal-mime')
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' })
  return {
    ...arrival,
    at: new Date(mail.date ?? 0),
    subject: mail.subject ?? '(sin asunto)',
    from: printed(mail.from),
    to: (mail.to ?? []).map(printed).join(', '),
    headers: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    text: mail.text ?? '',
    html: mail.html ?? null,
    files: mail.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? 'adjunto',
      type: mimeType,
      bytes: Buffer.from(content as ArrayBuffer),
    })),
    size: raw.byteLength,
  }
}

function printed(address: { name?: string; address?: string | undefined } | undefined): string {
  if (!address) return ''
  return address.name ? `${address.name} <${address.address ?? ''}>` : (address.address ?? '')
}
