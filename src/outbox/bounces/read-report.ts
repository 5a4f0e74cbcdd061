import type { Email } from 'postal-mime'
import PostalMime from 'postal-mime'
import { headerText } from '../mail.ts'
import { clearestCode, codeIn } from './judge-answer.ts'

/** What a mail server reports of a mail it had taken. */
export interface Report {
  action: 'failed' | 'delayed'
  /** Whom it could not reach, and whom it was asked to. */
  recipients: string[]
  /** Of RFC 3463, `5.1.1`; null when it tells none. */
  code: string | null
  /** The last server's words, without the address. */
  diagnostic: string
  /** Where the mail that came back is named. */
  about: string
}

const LIMITS = { maxNestingDepth: 16, maxHeadersSize: 65_536, forceRfc822Attachments: true }
const ORIGINAL = /^(?:message\/(?:global|rfc822)|text\/rfc822-headers|message\/global-headers)$/
const DIAGNOSTIC_MAX = 300

/**
 * Reads a report: RFC 3464 (a part `message/delivery-status`), or the plain form of qmail (QSBMF).
 * Null for any other message, such as somebody's «I am on holiday». Throws for what is no message.
 */
export async function readReport(raw: Buffer): Promise<Report | null> {
  const mail = await PostalMime.parse(raw, { ...LIMITS, attachmentEncoding: 'utf8' })
  const status = mail.attachments.find(({ mimeType }) => STATUS.test(mimeType))
  const text = mail.text ?? ''
  const told = status ? fromStatus(String(status.content), text) : fromQmail(text)
  if (told === null) return null
  const { action, recipients, code, words } = told
  return { action, recipients, code, diagnostic: plain(words, recipients), about: aboutOf(mail) }
}

const STATUS = /^message\/(?:global-)?delivery-status$/

type Told = Pick<Report, 'action' | 'recipients' | 'code'> & { words: string }

/** Blocks of fields: the first is about the message, each other about one recipient. */
function fromStatus(content: string, text: string): Told | null {
  const blocks = content.split(/\r?\n[ \t]*\r?\n/).map(fieldsOf)
  const found =
    blocks.find((fields) => fields.get('action') === 'failed') ??
    blocks.find((fields) => fields.get('action') === 'delayed')
  if (!found) return null
  const typed = (name: string) => (found.get(name) ?? '').replace(/^[\w.-]+\s*;\s*/, '').trim()
  const named = [typed('final-recipient'), typed('original-recipient')]
  const recipients = named.map(bare).filter(Boolean)
  const words = typed('diagnostic-code') || toldToPeople(text, recipients) || typed('status')
  const waits = found.get('action') === 'delayed' && !GIVEN_UP.test(words)
  return {
    action: waits ? 'delayed' : 'failed',
    recipients,
    code: clearestCode({ code: codeIn(found.get('status') ?? ''), text: words }),
    words,
  }
}

/** OpenSMTPD says «delayed» of a mail that it has just deleted. */
const GIVEN_UP = /^envelope expired/i

/** What stands behind or under the address in the text: Exim and OpenSMTPD may say it only there. */
function toldToPeople(text: string, recipients: readonly string[]): string {
  for (const paragraph of text.split(/\r?\n[ \t]*\r?\n/)) {
    const [, address = '', words = ''] =
      /^\s*<?([^\s<>:]+)>?[:\s]\s*([\s\S]+)$/.exec(paragraph) ?? []
    if (recipients.includes(address)) return words
  }
  return ''
}

function fieldsOf(block: string): Map<string, string> {
  const lines = block.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(':')
      const name = line.slice(0, at).trim().toLowerCase()
      const value = line.slice(at + 1).trim()
      return [name, name === 'action' ? value.toLowerCase() : value]
    }),
  )
}

/** `Hi. This is the …`, then a paragraph for each recipient, `<nadie@correo.example>:` and why. */
function fromQmail(text: string): Told | null {
  const [greeting = '', ...paragraphs] = text.trimStart().split(/\r?\n\s*\r?\n/)
  if (!/^Hi\. This is the\b/.test(greeting)) return null
  const about = paragraphs.map((one) => /^\s*<([^<>\s]+)>:\s*([\s\S]+)$/.exec(one)).find(Boolean)
  if (!about) return null
  const [, address = '', words = ''] = about
  return { action: 'failed', recipients: [address], code: codeIn(words), words }
}

function bare(address: string): string {
  return address.replaceAll(/[<>\s]/g, '')
}

function plain(words: string, recipients: readonly string[]): string {
  const named = recipients.reduce((text, one) => text.replaceAll(one, '<destinatario>'), words)
  return headerText(named.replaceAll(/\s+/g, ' ')).slice(0, DIAGNOSTIC_MAX)
}

function aboutOf(mail: Email): string {
  const originals = mail.attachments.filter(({ mimeType }) => ORIGINAL.test(mimeType))
  const texts = originals.map(({ content }) => String(content))
  return [...texts, mail.inReplyTo ?? '', mail.references ?? '', mail.text ?? ''].join('\n')
}
