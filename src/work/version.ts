import fs from 'node:fs'

const MANIFEST = new URL('../../package.json', import.meta.url)

/** Of this program: `0.1.0`. */
export const VERSION: string = JSON.parse(fs.readFileSync(MANIFEST, 'utf8')).version
