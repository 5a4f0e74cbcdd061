import Type from 'typebox'
import type { Area } from '../../web/area.ts'
import { attachment } from '../../web/download.ts'
import { NotFound } from '../../web/errors/errors.ts'
import { view } from '../../web/pages/view.ts'
import type { MailboxMessage } from './mailbox-message.ts'

const mailboxPage = view<{ messages: readonly MailboxMessage[] }>('demo/mailbox')
const messagePage = view<{ message: MailboxMessage; files: ListedFile[] }>('demo/mail')

interface ListedFile {
  href: string
  name: string
  size: string
}

const ById = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const ByFile = Type.Object({ id: Type.Integer({ minimum: 1 }), at: Type.Integer({ minimum: 0 }) })

/** A mail may bring its own styles and nothing else; its links open in the window of the portal. */
const MAIL_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'self'",
  "frame-ancestors 'self'",
  'sandbox allow-same-origin allow-top-navigation-by-user-activation',
].join('; ')

/** The pages of the demo's mailbox: the list, one mail, its HTML as a page of its own, its files. */
export function mailboxRoutes(messages: readonly MailboxMessage[]): Area {
  const find = (id: number): MailboxMessage => {
    const message = messages.find((one) => one.id === id)
    if (!message) throw new NotFound({ action: { href: '/demo/buzon', text: 'Ver el buzón' } })
    return message
  }
  return async (app) => {
    app.get('/demo/buzon', async (_request, reply) =>
      reply.page(mailboxPage, { messages }, { title: 'Buzón de la demostración' }),
    )

    app.get('/demo/buzon/:id', { schema: { params: ById } }, async (request, reply) => {
      const message = find(request.params.id)
      const policy = String(reply.getHeader('content-security-policy') ?? '')
      reply.header('content-security-policy', `${policy}; frame-src 'self'`)
      return reply.page(
        messagePage,
        { message, files: listedFiles(message) },
        { title: message.subject },
      )
    })

    app.get('/demo/buzon/:id/html', { schema: { params: ById } }, async (request, reply) => {
      const { html } = find(request.params.id)
      if (html === null) throw new NotFound()
      reply.header('content-security-policy', MAIL_SECURITY_POLICY)
      return reply.type('text/html; charset=utf-8').send(withLinksOnTop(html))
    })

    app.get(
      '/demo/buzon/:id/adjuntos/:at',
      { schema: { params: ByFile } },
      async (request, reply) => {
        const file = find(request.params.id).files[request.params.at]
        if (!file) throw new NotFound()
        return attachment(reply, file.name, file.type).send(file.bytes)
      },
    )
  }
}

function listedFiles(message: MailboxMessage): ListedFile[] {
  return message.files.map(({ name, bytes }, at) => ({
    href: `/demo/buzon/${message.id}/adjuntos/${at}`,
    name,
    size: `${Math.max(1, Math.round(bytes.byteLength / 1024))} KB`,
  }))
}

function withLinksOnTop(html: string): string {
  return html.replace(/<head>/i, '<head><base target="_top">')
}
