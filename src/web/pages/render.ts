import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { Eta } from 'eta/core'
import { formatCount } from '../../values/count.ts'
import { formatDateTime, formatDay, formatTime } from '../../values/day.ts'
import { formatMoney } from '../../values/money.ts'
import type { Brand, Link } from './brand.ts'
import { paintMail } from './palette.ts'
import type { View } from './view.ts'

/** A compiled template: data in, HTML out. */
type Template = (it: unknown) => string

/** What a template may call besides its data and `include(name, data)`, `money`, `count`, `day`, `time`, `dateTime`. */
type TemplateTools = {
  /** The address of a file of `views/assets`, with its hash. */
  asset: (name: string) => string
  /** The markup of an icon of the sprite. */
  icon: (name: string) => string
}

/** What stands around a mail's own words: `views/layouts/mail.eta`. */
type MailFrame = {
  brand: Brand
  /** The subject. */
  title: string
  /** What a list of mails shows after the subject. */
  preheader: string
  /** What the mail carries that nobody may ask for, as a sentence calls it: «este código». */
  secret?: string
  /** A link under the sheet, with its whole address. */
  footer?: Link
}

/** Every template of the house, compiled. */
export type Templates = {
  /** The HTML of a view; everything in the data is escaped. Throws what the template throws. */
  render<Data>(view: View<Data>, data: NoInfer<Data>): string
  /** The same by name, for layouts and shared parts. Throws when there is no such template. */
  renderNamed(name: string, data: unknown): string
  /** A mail's HTML: the view's rows inside the frame. */
  renderMail<Data>(view: View<Data>, data: NoInfer<Data>, frame: MailFrame): string
  has(name: string): boolean
}

const VIEWS = join(import.meta.dirname, '../../../views')

/** What `<%~ %>` may print without escaping: other templates, icons, and a layout's finished body. */
const RAW_ALLOWED = /^(include\(|icon\(|it\.body$)/

const BEYOND_LATIN_1 = /[\u0100-\u{10ffff}]/gu
const NEEDS_ESCAPE = /[&<>"'\u0100-\uffff]/
const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Safe between tags and inside quoted attributes. Nothing is printed for null and undefined. Signs
 * that Latin-1 lacks become references: a single one («−», «•») makes V8 keep the whole page two
 * bytes a character, and then a list takes five times as long to render and send.
 */
export function escapeHtml(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? value : String(value)
  if (!NEEDS_ESCAPE.test(text)) return text
  // Sign by sign: what `replace` makes of a text is as wide as that was.
  let escaped = ''
  for (const sign of text) escaped += ESCAPES[sign] ?? (sign > '\xff' ? reference(sign) : sign)
  return escaped
}

function reference(sign: string): string {
  return `&#${sign.codePointAt(0)};`
}

/** Mails also come as plain text (`name.txt.eta`), where nothing needs escaping. */
function printText(value: unknown): string {
  return value === null || value === undefined ? '' : String(value)
}

/**
 * Reads and compiles every `*.eta` under the folders, once. Later folders win over earlier ones.
 * Refuses to start when a template prints raw data, names a template or an icon that is not
 * there, or is not well formed: `Error` naming the file.
 */
export function loadTemplates(
  tools: TemplateTools,
  folders: readonly string[] = [VIEWS],
): Templates {
  const eta = new Eta({ tags: ['<%', '%>'] })
  const templates = new Map<string, Template>()
  const find = (name: string): Template => {
    const template = templates.get(name)
    if (!template) throw new Error(`There is no template ${name}`)
    return template
  }
  const given: Record<string, unknown> = {
    money: formatMoney,
    count: formatCount,
    day: formatDay,
    time: formatTime,
    dateTime: formatDateTime,
    asset: tools.asset,
    icon: tools.icon,
    include: (name: string, data: unknown) => find(name)(data),
  }
  const sources = folders.flatMap((folder) => [...readSources(folder)])
  for (const [name, source] of sources) templates.set(name, compile(eta, name, source, given))
  for (const [name, source] of sources) checkNames(name, source, templates, tools)
  return {
    render: (view, data) => find(view.name)(data),
    renderNamed: (name, data) => find(name)(data),
    renderMail: (view, data, frame) =>
      paintMail(
        find('layouts/mail')({ ...frame, body: find(view.name)(data) }),
        frame.brand.colour,
      ),
    has: (name) => templates.has(name),
  }
}

function* readSources(folder: string): Generator<[string, string]> {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.eta')) continue
    const name = relative(folder, join(folder, file)).slice(0, -'.eta'.length)
    yield [name.split(sep).join('/'), readFileSync(join(folder, file), 'utf8')]
  }
}

/**
 * Eta parses and writes the body; the function around it is ours, because eta's own makes a dozen
 * closures and copies the data at each include, which is half the time of a page of fifty rows.
 */
function compile(
  eta: Eta,
  name: string,
  source: string,
  given: Readonly<Record<string, unknown>>,
): Template {
  try {
    const isText = name.endsWith('.txt')
    const parsed = isText ? eta.parse(source) : parseHtml(eta, source)
    for (const piece of parsed) {
      if (typeof piece === 'string' || piece.t !== 'r') continue
      if (RAW_ALLOWED.test(piece.val.trim())) continue
      throw new Error(`prints unescaped: ${piece.val.trim()}`)
    }
    const make = new Function(
      ...Object.keys(given),
      'print',
      `'use strict'
return function template(it) {
const __eta = { res: '', e: print }
${eta.compileBody(parsed)}
return __eta.res
}
//# sourceURL=views/${name}.eta`,
    )
    return make(...Object.values(given), isText ? printText : escapeHtml) as Template
  } catch (error) {
    throw new Error(`Template ${name}: ${error instanceof Error ? error.message : error}`)
  }
}

/** Without what only eyes need: indentation. What is said outside of `<% %>` is kept in Latin-1. */
function parseHtml(eta: Eta, source: string): ReturnType<Eta['parse']> {
  const parsed = eta.parse(source.replace(/^[ \t]+/gm, ''))
  return parsed.map((piece) =>
    typeof piece === 'string' ? piece.replace(BEYOND_LATIN_1, reference) : piece,
  )
}

function checkNames(
  name: string,
  source: string,
  templates: ReadonlyMap<string, Template>,
  tools: TemplateTools,
): void {
  for (const [, wanted = ''] of source.matchAll(/\binclude\('([^']+)'/g)) {
    if (!templates.has(wanted))
      throw new Error(`Template ${name} includes ${wanted}, which is not there`)
  }
  for (const [, wanted = ''] of source.matchAll(/<%~ icon\('([^']+)'\)/g)) tools.icon(wanted)
  for (const [, wanted = ''] of source.matchAll(/<%= asset\('([^']+)'\)/g)) tools.asset(wanted)
}
