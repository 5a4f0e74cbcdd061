import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadTemplates } from '#src/web/pages/render.ts'
import { views } from './support.ts'

const ROOT = join(import.meta.dirname, '../..')
const tools = {
  asset: (name: string) => `/assets/${name}`,
  icon: (name: string) => {
    if (name === 'listo') return '<svg></svg>'
    throw new Error(`There is no icon ${name}`)
  },
}

function load(templates: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'views-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(templates)) {
    writeFileSync(join(folder, `${name}.eta`), text)
  }
  return loadTemplates(tools, [folder])
}

test.each([
  ['prints data unescaped', '<%~ it.name %>', /Template a: prints unescaped: it.name/],
  ['prints unescaped beside an include', "<%~ it.name + include('a') %>", /prints unescaped/],
  ['includes what is not there', "<%~ include('b', it) %>", /a includes b/],
  ['shows an icon that is not there', "<%~ icon('sol') %>", /no icon sol/],
  ['is not well formed', '<% if (it.x) { %>', /Template a/],
])('does not start with a template that %s', (_name, text, message) => {
  expect(() => load({ a: text })).toThrow(message)
})

test('gives a part what it is handed and nothing more', () => {
  const templates = load({
    a: "<%~ include('_b', { two: 2 }) %>",
    _b: '<%= it.one %>/<%= it.two %>',
  })
  expect(templates.renderNamed('a', { one: 1 })).toBe('/2')
})

test('writes what Latin-1 lacks as references in HTML, and as it is in plain text', () => {
  const said = 'Ñandú… 😀'
  const templates = load({ a: `${said}<%= it %>`, 'a.txt': `${said}<%= it %>` })
  expect(templates.renderNamed('a', said)).toBe('Ñandú&#8230; &#128512;'.repeat(2))
  expect(templates.renderNamed('a.txt', said)).toBe(said.repeat(2))
})

test('has every view that the source declares', async () => {
  const { templates } = await views()
  const declared = /\bview<[^(]*\(\s*'([^']+)'(?:,\s*\{\s*part:\s*'([^']+)')?/g
  for (const file of filesUnder('src', '.ts')) {
    for (const [, name = '', part = name] of readFileSync(file, 'utf8').matchAll(declared)) {
      expect(templates.has(name), `${name} of ${file}`).toBe(true)
      expect(templates.has(part), `${part} of ${file}`).toBe(true)
    }
  }
})

test('keeps no inline script, style or handler, and quotes every attribute', () => {
  for (const file of filesUnder('views', '.eta')) {
    const text = readFileSync(file, 'utf8')
    // Mails never pass our policy, and mail clients need styles in the mail itself.
    if (!/\/mail\b/.test(file)) expect(text, file).not.toMatch(/<style|\sstyle=/)
    expect(text, file).not.toMatch(/\son[a-z]+=|<script(?! (type="module" )?src=)/)
    expect(text, file).not.toMatch(/hx-on|js:|hx-trigger="[^"]*\[/)
    expect(text, file).not.toMatch(/\s[a-z-]+=<%/)
  }
})

test('ships no icon and no style that nothing uses', () => {
  const files = [
    ...filesUnder('views', '.eta'),
    ...filesUnder('views', '.js'),
    ...filesUnder('src', '.ts'),
  ]
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n')
  const icons = readFileSync(join(ROOT, 'views/assets/img/icons.svg'), 'utf8')
  const names = [...icons.matchAll(/<symbol id="([^"]+)"/g)].map(([, name]) => name)
  expect(names.filter((name) => !text.includes(`'${name}'`))).toEqual([])
  const sheets = filesUnder('views/assets/css', '.css').map((file) => readFileSync(file, 'utf8'))
  const selectors = sheets.join('\n').replace(/\/\*[\s\S]*?\*\/|:[^;{}]*;/g, '')
  const classes = new Set([...selectors.matchAll(/\.([a-z][\w-]+)/g)].map(([, name = '']) => name))
  // htmx itself puts this one on what waits.
  classes.delete('htmx-request')
  expect([...classes].filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
})

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(ROOT, folder, name))
}
