import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

/** The ladder: each room may import itself and the rooms listed above it, types included. */
const LADDER = [
  'values',
  'sri',
  'ride',
  'db',
  'web',
  'figures',
  'audit',
  'work',
  'outbox',
  'policy',
  'identity',
  'receipts',
  'issuing',
  'intake',
  'practice',
  'banking',
  'backoffice',
  'simulator',
  'demo',
]

/** What composes: it may import every room, and only the doors and each other import it. */
const COMPOSERS = [
  'app.ts',
  'schedule.ts',
  'jobs.ts',
  'job-thread.ts',
  'server.ts',
  'cli.ts',
  'run-command.ts',
  'start.ts',
  'house.ts',
]

/** The outside world as parameters: seen from everywhere as types. */
const WORLD = ['context.ts', 'config.ts']

/** A library, and the only files that may know it. */
const OWNERS: [library: RegExp, owners: RegExp][] = [
  [/^fastify$|^@fastify\//, /^app\.ts$|^start\.ts$|^web\/|^demo\/|-routes\.ts$|-guard\.ts$/],
  [/^kysely/, /^db\/|-store\.ts$/],
  [/^better-sqlite3$|^pg$/, /^db\//],
  [/^eta$/, /^web\/pages\/render\.ts$/],
  [/^nodemailer/, /^outbox\//],
  [/^pdfkit$|^fontkit$/, /^ride\//],
  [/^xmlbuilder2$/, /^sri\//],
  [/^undici$/, /^sri\/service\/http-exchange\.ts$|^practice\/webhooks\/webhook-post\.ts$/],
  [/^saxes$/, /^sri\/|^intake\/rows\/tables\//],
  [/^libxml2-wasm$/, /^sri\/signature\/canonical\/canonical-forms\.ts$/],
  [/^node-forge$/, /^sri\/signature\/asn1\//],
  [/^yauzl$/, /^intake\/|^practice\//],
  [/^yazl$/, /^receipts\/|^practice\/|^values\/tables\/xlsx\.ts$/],
  [/^prom-client$/, /^web\//],
  [/^otpauth$/, /^identity\/staff\/factor\/totp\.ts$/],
  [/^uqr$/, /^identity\/staff\/factor\/qr\.ts$/],
  [/^@simplewebauthn\//, /^identity\/staff\/factor\/webauthn\.ts$/],
  [/^smtp-server$/, /^demo\//],
  [/^postal-mime$/, /^demo\/|^outbox\/bounces\/read-report\.ts$/],
]

const EXPORTED = /^export (?:async )?(?:function\*?|const|class) (\w+)/gm

/** Files whose exports are found by running them, not by importing them. */
const LOADED_BY_NAME = /-worker\.ts$/

function mentions(text: string, word: string): boolean {
  return new RegExp(`\\b${word}\\b`).test(text)
}

function testTexts(): (readonly [string, string])[] {
  return ['tests', 'fixtures', 'migrations']
    .flatMap((folder) => readTexts(path.resolve(SRC, '..', folder)))
    .map(([name, text]) => [name, text] as const)
}

const SRC = path.resolve(import.meta.dirname, '../src')
const LINES_MAX = 250
const FILES_MAX = 15

interface Source {
  name: string
  room: string
  text: string
  imports: string[]
}

function readSources(): Source[] {
  const files = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  return files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const text = fs.readFileSync(path.join(SRC, name), 'utf8')
      const imports = [
        ...text.matchAll(
          /^(?:import|export)[^'"]*from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm,
        ),
      ]
      return {
        name,
        room: name.includes('/') ? (name.split('/')[0] ?? '') : '',
        text,
        imports: imports.map(([, a, b, c]) => a ?? b ?? c ?? ''),
      }
    })
}

const sources = readSources()

/** The file of src that a relative import names, relative to src; null for a package. */
function target(source: Source, specifier: string): string | null {
  if (specifier.startsWith('#src/')) return specifier.slice('#src/'.length)
  if (!specifier.startsWith('.')) return null
  return path.relative(SRC, path.resolve(SRC, path.dirname(source.name), specifier))
}

describe('the house', () => {
  it('has no room that the ladder does not list', () => {
    const rooms = new Set(sources.map((source) => source.room).filter(Boolean))
    expect([...rooms].filter((room) => !LADDER.includes(room))).toEqual([])
  })

  it('imports only downwards', () => {
    const wrong = sources.flatMap((source) =>
      source.imports.flatMap((specifier) => {
        const file = target(source, specifier)
        if (!source.room || file === null) return []
        const room = file.split('/')[0] ?? ''
        if (WORLD.includes(file)) return []
        // The demo is a door of its own: it starts a portal.
        if (file === 'start.ts' && source.room === 'demo') return []
        const allowed =
          LADDER.indexOf(room) >= 0 && LADDER.indexOf(room) <= LADDER.indexOf(source.room)
        return allowed ? [] : [`${source.name} → ${file}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('lets nobody but the doors import what composes', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .map((specifier) => target(source, specifier))
        .filter((file) => file !== null && COMPOSERS.includes(file))
        .filter(() => source.room !== '' && source.room !== 'demo')
        .map((file) => `${source.name} → ${file}`),
    )
    expect(wrong).toEqual([])
  })

  it('names in its scripts only files that are there', () => {
    const root = path.resolve(SRC, '..')
    const { scripts } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
    const files = Object.values<string>(scripts).flatMap(
      (script) => script.match(/\S+\.ts\b/g) ?? [],
    )
    expect(files.filter((file) => !fs.existsSync(path.join(root, file)))).toEqual([])
  })

  it('lets the ground of web/ know nothing of the bank’s own people', () => {
    const ground = sources.filter(({ room }) => room === 'web')
    const wrong = ground.filter(({ text }) => /staff/i.test(text))
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  it('gives each library one owner', () => {
    const wrong = sources.flatMap((source) =>
      source.imports.flatMap((specifier) =>
        OWNERS.some(([library, owners]) => library.test(specifier) && !owners.test(source.name))
          ? [`${source.name} → ${specifier}`]
          : [],
      ),
    )
    expect(wrong).toEqual([])
  })

  it('lets only the map of URLs import routes', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .filter((specifier) => specifier.endsWith('-routes.ts') && source.name !== 'app.ts')
        .filter(() => source.room !== 'demo')
        .map((specifier) => `${source.name} → ${specifier}`),
    )
    expect(wrong).toEqual([])
  })

  it('reads the environment, the clock and chance only at its doors', () => {
    const doors = [...COMPOSERS, ...WORLD, 'demo/demo.ts']
    const wrong = sources
      .filter((source) => !doors.includes(source.name))
      .filter((source) => /process\.env\b|new Date\(\)|Math\.random/.test(source.text))
      .map((source) => source.name)
    expect(wrong).toEqual([])
  })

  it('keeps files short', () => {
    const long = sources
      .map((source) => [source.name, source.text.split('\n').length - 1] as const)
      .filter(([, lines]) => lines > LINES_MAX)
    expect(long).toEqual([])
  })

  it('exports nothing that nobody else imports', () => {
    const users = [...sources.map(({ name, text }) => [name, text] as const), ...testTexts()]
    const named = sources.filter(({ name }) => !LOADED_BY_NAME.test(name))
    const unused = named.flatMap(({ name, text }) =>
      [...text.matchAll(EXPORTED)]
        .map(([, word = '']) => word)
        .filter((word) => !users.some(([user, body]) => user !== name && mentions(body, word)))
        .map((word) => `${name}: ${word}`),
    )
    expect(unused).toEqual([])
  })

  it('keeps a folder small enough to be seen at a glance', () => {
    const counts = Object.groupBy(sources, ({ name }) => path.dirname(name))
    const crowded = Object.entries(counts).filter(([, files]) => (files?.length ?? 0) > FILES_MAX)
    expect(crowded.map(([folder]) => folder)).toEqual([])
  })

  it('depends on no package that nothing imports', () => {
    const manifest = JSON.parse(fs.readFileSync(path.resolve(SRC, '../package.json'), 'utf8'))
    const imported = new Set(sources.flatMap((source) => source.imports))
    const quoted = sources.map((source) => source.text).join()
    const unused = Object.keys(manifest.dependencies).filter(
      (name) =>
        ![...imported].some((i) => i === name || i.startsWith(`${name}/`)) &&
        !quoted.includes(`'${name}/`),
    )
    expect(unused).toEqual([])
  })

  it('prints nothing unescaped in a template but its own parts', () => {
    const views = path.resolve(SRC, '../views')
    const templates = fs
      .readdirSync(views, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.eta'))
    const wrong = templates.flatMap((name) => {
      const text = fs.readFileSync(path.join(views, name), 'utf8')
      const raw = [...text.matchAll(/<%~\s*([\s\S]*?)%>/g)].map(([, code]) => code ?? '')
      return raw
        .filter((code) => !/^(include\(|icon\(|it\.body)/.test(code))
        .map((code) => `${name}: ${code}`)
    })
    expect(wrong).toEqual([])
  })

  it('says nothing of the machine it was written on', () => {
    const root = path.resolve(SRC, '..')
    const folders = [
      'src',
      'views',
      'migrations',
      'fixtures',
      'tests',
      'README.md',
      'package.json',
      '.ci',
    ]
    const texts = folders.flatMap((folder) => readTexts(path.join(root, folder)))
    const words = [`/${'work'}/main`, `/${'work'}/shared`, `/${'tmp'}/team`]
    const wrong = texts.filter(([, text]) => words.some((word) => text.includes(word)))
    expect(wrong.map(([name]) => name)).toEqual([])
  })
})

function readTexts(place: string): [string, string][] {
  if (!fs.existsSync(place)) return []
  if (fs.statSync(place).isFile()) return [[place, fs.readFileSync(place, 'utf8')]]
  return fs
    .readdirSync(place, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(place, name))
    .filter((file) => /\.(ts|eta|css|js|md|json)$/.test(file) && fs.statSync(file).isFile())
    .map((file) => [file, fs.readFileSync(file, 'utf8')])
}
