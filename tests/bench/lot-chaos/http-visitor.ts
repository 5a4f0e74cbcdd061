import fs from 'node:fs'
import path from 'node:path'
import { encodeForm, type SeenPage, type Visitor } from '#tests/support/portal.ts'

/** Somebody at a browser of their own, who reaches the portal over the network. */
export class HttpVisitor implements Visitor {
  readonly #origin: string
  readonly #cookies = new Map<string, string>()

  constructor(origin: string) {
    this.#origin = origin
  }

  /** What the browser sends along. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  get(url: string): Promise<SeenPage> {
    return this.#ask(url, { method: 'GET' })
  }

  post(url: string, form: Parameters<Visitor['post']>[1] = {}): Promise<SeenPage> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.#ask(url, { method: 'POST', headers, body: encodeForm(form) })
  }

  /** Sends the form of /interno/lotes; files are read as they go. */
  async upload(url: string, files: readonly string[], kind = ''): Promise<SeenPage> {
    const body = new FormData()
    body.set('tipo', kind)
    for (const file of files) {
      body.append('archivo', await fs.openAsBlob(file), path.basename(file))
    }
    return this.#ask(url, { method: 'POST', body })
  }

  async #ask(url: string, request: RequestInit): Promise<SeenPage> {
    const headers = new Headers(request.headers)
    headers.set('cookie', this.cookie)
    if (request.method === 'POST') headers.set('origin', this.#origin)
    const answer = await fetch(this.#origin + url, { ...request, headers, redirect: 'manual' })
    for (const cookie of answer.headers.getSetCookie()) this.#keep(cookie)
    const body = await answer.text()
    return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body }
  }

  #keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (value === '' || /;\s*max-age=0/i.test(cookie)) this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }
}
