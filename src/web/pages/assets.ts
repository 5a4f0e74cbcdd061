import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** One file a browser is sent, in the encodings it may ask for. */
type Asset = {
  url: string
  type: string
  hash: string
  plain: Buffer
  br: Buffer | null
  gzip: Buffer | null
}

/** Everything a browser is sent besides pages (about 200 KB in all). */
export type Assets = {
  /** Address of a file by its name in `views/assets`: `/assets/app.1a2b3c4d.css`. Throws for an unknown name. */
  asset(name: string): string
  /** Markup of an icon of `icons.svg`, decorative: a text stands beside it. Throws for an unknown name. */
  icon(name: string): string
  /** By the last part of the address. */
  byFile: ReadonlyMap<string, Asset>
}

const FOLDER = join(import.meta.dirname, '../../../views/assets')
const PREFIX = '/assets/'
const HTMX = 'htmx.org/dist/'
const HASH_LENGTH = 10

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
}

const deflateBrotli = promisify(brotliCompress)
const deflateGzip = promisify(gzip)

/**
 * Reads `views/assets` and htmx from its package, joins the style sheets (`css/*.css` in order of
 * name become `app.css`, those of a folder in it a sheet of its name), puts the hash of the content into every name, and compresses what is
 * text, once. Rejects when a style sheet names a file that is not there.
 */
export async function loadAssets(folder: string = FOLDER): Promise<Assets> {
  const byName = new Map<string, Asset>()
  const add = async (name: string, content: Buffer): Promise<void> => {
    byName.set(name, await prepare(name, content))
  }
  for (const part of ['img', 'font', 'js']) {
    for (const name of readdirSync(join(folder, part)).sort()) {
      if (TYPES[extname(name)]) await add(name, readFileSync(join(folder, part, name)))
    }
  }
  await add('htmx.js', readHtmx('htmx.min.js'))
  await add('events.js', readHtmx('ext/hx-sse.min.js'))
  const asset = (name: string): string => {
    const found = byName.get(name)
    if (!found) throw new Error(`There is no asset ${name}`)
    return found.url
  }
  const sheets = join(folder, 'css')
  await add('app.css', Buffer.from(joinSheets(sheets, asset)))
  for (const part of readdirSync(sheets, { withFileTypes: true })) {
    if (!part.isDirectory()) continue
    await add(`${part.name}.css`, Buffer.from(joinSheets(join(sheets, part.name), asset)))
  }
  return {
    asset,
    icon: iconsOf(readFileSync(join(folder, 'img/icons.svg'), 'utf8'), asset('icons.svg')),
    byFile: new Map([...byName.values()].map((one) => [one.url.slice(PREFIX.length), one])),
  }
}

/**
 * Serves what `loadAssets` prepared; a year in the browser's cache, since the name changes with the
 * content. The files are written to `folder` once, compressed copies beside them: @fastify/static
 * then picks by what the browser accepts, and answers ranges and 304.
 */
export async function serveAssets(
  app: FastifyInstance,
  assets: Assets,
  folder: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const [file, { plain, br, gzip: gz }] of assets.byFile) {
    writeOnce(join(folder, file), plain)
    if (br) writeOnce(join(folder, `${file}.br`), br)
    if (gz) writeOnce(join(folder, `${file}.gz`), gz)
  }
  await app.register(fastifyStatic, {
    root: folder,
    prefix: PREFIX,
    index: false,
    decorateReply: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply) => {
      reply.header('cache-control', 'public, max-age=31536000, immutable')
      reply.header('vary', 'Accept-Encoding')
    },
  })
}

/** Two processes may start at once: each writes beside, and the name appears with all its bytes. */
function writeOnce(file: string, content: Buffer): void {
  if (existsSync(file) && statSync(file).size === content.length) return
  const partial = `${file}.${process.pid}`
  writeFileSync(partial, content)
  renameSync(partial, file)
}

async function prepare(name: string, plain: Buffer): Promise<Asset> {
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, HASH_LENGTH)
  const extension = extname(name)
  const type = TYPES[extension]
  if (!type) throw new Error(`No type is known for the asset ${name}`)
  const url = `${PREFIX}${name.slice(0, -extension.length)}.${hash}${extension}`
  const isText = type.startsWith('text/') || extension === '.svg'
  if (!isText) return { url, type, hash, plain, br: null, gzip: null }
  const [br, gz] = await Promise.all([
    deflateBrotli(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }),
    deflateGzip(plain, { level: 9 }),
  ])
  return { url, type, hash, plain, br, gzip: gz }
}

function readHtmx(name: string): Buffer {
  return readFileSync(createRequire(import.meta.url).resolve(`${HTMX}${name}`))
}

/** One sheet out of its layers, without comments and indentation; `url("name")` becomes the address with the hash. */
function joinSheets(folder: string, asset: (name: string) => string): string {
  const sheets = readdirSync(folder).filter((name) => name.endsWith('.css'))
  const text = sheets
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s+/gm, '')
    .replace(/url\("([^"]+)"\)/g, (_, name: string) => `url("${asset(name)}")`)
}

function iconsOf(sprite: string, address: string): (name: string) => string {
  const markup = new Map<string, string>()
  for (const [, name = ''] of sprite.matchAll(/<symbol id="([^"]+)"/g)) {
    const use = `<use href="${address}#${name}"></use>`
    markup.set(name, `<svg class="ico" aria-hidden="true">${use}</svg>`)
  }
  return (name) => {
    const found = markup.get(name)
    if (!found) throw new Error(`There is no icon ${name}`)
    return found
  }
}
