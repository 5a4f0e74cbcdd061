import path from 'node:path'

const COMPILED = path.join(import.meta.dirname, '../../node_modules/.cache/compiled')

/**
 * How a thread begins: with plain JavaScript, and on from compiled code kept beside the packages.
 * Begun with TypeScript it would load the compiler first, and reading the sources again would take
 * longer than reading a thousand receipts. Without a place to keep it, it does.
 *
 * @returns a program for a `Worker` with `eval: true`
 */
export function threadProgram(module: URL): string {
  return `
    require('node:module').enableCompileCache(${JSON.stringify(COMPILED)})
    import(${JSON.stringify(module.href)})
  `
}
