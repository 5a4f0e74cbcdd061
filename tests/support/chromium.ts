import fs from 'node:fs'
import path from 'node:path'
import sparticuz, { inflate } from '@sparticuz/chromium'
import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'

const PACKAGE = path.resolve(import.meta.dirname, '../../node_modules/@sparticuz/chromium')
const CACHE = path.resolve(import.meta.dirname, '../../node_modules/.cache')

/**
 * Where the browser of the tests is: what CHROMIUM_PATH names, or the one that comes as a package,
 * unpacked once per version into a folder of its own with the libraries and fonts it needs on a
 * machine that has none.
 */
export async function prepareChromium(): Promise<{
  executable: string
  env: Record<string, string>
}> {
  const own = process.env['CHROMIUM_PATH']
  if (own) return { executable: own, env: {} }
  const { version } = JSON.parse(fs.readFileSync(path.join(PACKAGE, 'package.json'), 'utf8'))
  const folder = path.join(CACHE, `chromium-${version}`)
  const ready = path.join(folder, 'ready')
  if (!fs.existsSync(ready)) await unpack(folder)
  fs.writeFileSync(ready, '')
  return {
    executable: path.join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: path.join(folder, 'fonts.conf'),
    },
  }
}

/** The package unpacks into the temporary folder of the process, so that is moved for a moment. */
async function unpack(folder: string): Promise<void> {
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true })
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  try {
    await sparticuz.executablePath()
    await inflate(path.join(PACKAGE, 'bin', 'al2023.tar.br'))
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
  fs.writeFileSync(path.join(folder, 'fonts.conf'), fontsConf(folder))
}

function fontsConf(folder: string): string {
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>
`
}

/** Starts the browser; the caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const { executable, env } = await prepareChromium()
  return chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    env: { ...(process.env as Record<string, string>), ...env },
  })
}
