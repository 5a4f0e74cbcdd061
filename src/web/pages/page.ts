import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Cookies } from '../safety/cookies.ts'
import type { Brand, Visitor } from './brand.ts'
import { telephoneLink } from './brand.ts'
import { colourSheet } from './palette.ts'
import type { Templates } from './render.ts'
import type { LayoutName, Section } from './section.ts'
import { sectionOf } from './section.ts'
import type { Theme } from './theme.ts'
import { themeOf } from './theme.ts'
import type { View } from './view.ts'

type PageOptions = {
  /** «Comprobantes»; becomes «Comprobantes · Banco Ceibo». */
  title: string
  /** 200 unless told; 422 also puts «Error:» before the title. */
  status?: number
  /** `portal` unless told; the section of the address has a frame for each. */
  layout?: LayoutName
}

/** How a notice is coloured and read out: done, not yet, refused, or only worth knowing. */
export type NoticeKind = (typeof NOTICE_KINDS)[number]

type Notice = { kind: NoticeKind; text: string }

/** What a layout is given. */
export type Frame = {
  title: string
  theme: Theme
  path: string
  visitor: Visitor | null
  brand: Brand
  telephone: string
  /** Where the bank's own colours are; null when they are those of the house. */
  sheet: string | null
  section: Section
  /** A sentence about what was just asked for, shown once. */
  notice: Notice | null
  body: string
}

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Answers a page in its layout; when htmx asks for a part (`HX-Request-Type: partial`), only
     * the view's part, or its body. Never stored by a cache.
     */
    page<Data>(view: View<Data>, data: NoInfer<Data>, options: PageOptions): FastifyReply
    /** Answers a view without any layout, for a piece with its own address. */
    partial<Data>(view: View<Data>, data: NoInfer<Data>, status?: number): FastifyReply
    /**
     * Keeps a sentence for the next page: `reply.notice('Guardamos tus avisos.').redirect(…, 303)`.
     * `ok` unless told; what was refused is `mal`, what must wait `espera`.
     */
    notice(sentence: string, kind?: NoticeKind): FastifyReply
  }
  interface FastifyRequest {
    /** Who is signed in; null on public pages. Set by the guard of the area. */
    visitor: Visitor | null
    /** To which part of the portal the address belongs, whatever becomes of the request. */
    readonly section: Section
  }
}

type Needs = { templates: Templates; brand: Brand; sections: readonly Section[]; cookies: Cookies }

const NOTICE = 'aviso'
const NOTICE_SECONDS = 60
const NOTICE_KINDS = ['ok', 'espera', 'mal', 'nota'] as const

/** Whether htmx asks for less than a page. The only place that knows its headers. */
export function wantsPart(request: FastifyRequest): boolean {
  return request.headers['hx-request-type'] === 'partial'
}

/** Whether htmx sent it at all, so that a redirect must be said in its own header. */
export function isHtmx(request: FastifyRequest): boolean {
  return request.headers['hx-request'] === 'true'
}

/** Gives every reply `page`, `partial` and `notice`. */
export function decoratePages(app: FastifyInstance, needs: Needs): void {
  const { templates, brand, sections, cookies } = needs
  const noticeCookie = cookies.name(NOTICE)

  app.decorateRequest('visitor', null)
  app.decorateRequest('section', {
    getter() {
      // As the router read it, when it led anywhere: a letter may come as its number.
      return sectionOf(sections, this.routeOptions.url ?? this.url)
    },
  })

  app.decorateReply('page', function page(view, data, options) {
    const { request } = this
    const { section } = request
    asPage(this, options.status)
    const title = `${options.status === 422 ? 'Error: ' : ''}${options.title} · ${section.name}`
    if (wantsPart(request)) {
      const part = templates.renderNamed(view.part ?? view.name, data)
      return this.send(templates.renderNamed('shared/_titled', { title, body: part }))
    }
    const frame: Frame = {
      title,
      theme: themeOf(request),
      path: pathOf(request),
      visitor: request.visitor,
      brand,
      telephone: telephoneLink(brand.phone),
      sheet: colourSheet(brand.colour)?.address ?? null,
      section,
      notice: takeNotice(this, noticeCookie, cookies),
      body: templates.render(view, data),
    }
    return this.send(
      templates.renderNamed(`layouts/${section.layouts[options.layout ?? 'portal']}`, frame),
    )
  })

  app.decorateReply('partial', function partial(view, data, status) {
    asPage(this, status)
    return this.send(templates.render(view, data))
  })

  app.decorateReply('notice', function notice(sentence, kind = 'ok') {
    return this.setCookie(noticeCookie, encodeURIComponent(`${kind}:${sentence}`), {
      ...cookies.options,
      maxAge: NOTICE_SECONDS,
    })
  })
}

function asPage(reply: FastifyReply, status: number | undefined): void {
  if (status !== undefined) reply.code(status)
  reply.header('content-type', 'text/html; charset=utf-8')
  reply.header('vary', 'HX-Request-Type')
}

function pathOf(request: FastifyRequest): string {
  const query = request.url.indexOf('?')
  return query < 0 ? request.url : request.url.slice(0, query)
}

function takeNotice(reply: FastifyReply, name: string, cookies: Cookies): Notice | null {
  const kept = reply.request.cookies?.[name]
  if (!kept) return null
  reply.clearCookie(name, cookies.options)
  try {
    return readNotice(decodeURIComponent(kept).slice(0, 200))
  } catch {
    return null
  }
}

/** `ok:Guardamos tus avisos.`; a cookie of another form is nobody's notice. */
function readNotice(kept: string): Notice | null {
  const kind = NOTICE_KINDS.find((name) => kept.startsWith(`${name}:`))
  return kind === undefined ? null : { kind, text: kept.slice(kind.length + 1) }
}
