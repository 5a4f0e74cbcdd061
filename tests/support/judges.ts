import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, it } from 'vitest'

/** The folder of reference material beside the project, or null on a machine that has none. */
export function sharedFolder(): string | null {
  const folder = path.resolve(import.meta.dirname, '../../../shared')
  return fs.existsSync(path.join(folder, 'sri')) ? folder : null
}

/** Whether a program of the machine can be called. */
export function hasTool(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
}

/** Runs a program and answers what it printed; throws with its complaint when it fails. */
export function runTool(name: string, args: string[], input?: Uint8Array | string): string {
  const run = spawnSync(name, args, { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (run.error) throw run.error
  if (run.status !== 0) throw new Error(`${name} ${args.join(' ')}: ${run.stderr}${run.stdout}`)
  return run.stdout
}

/** A block that needs a program nobody here wrote; without it, it says so and is counted as skipped. */
export function describeWithJudge(tool: string, title: string, block: () => void): void {
  const present = hasTool(tool)
  if (!present) sayNotRun(title, `no está el programa ${tool}`)
  describe.skipIf(!present)(title, block)
}

/** A block over the sample documents of ../shared; without them, it says so and counts as skipped. */
export function describeWithShared(title: string, block: (folder: string) => void): void {
  const folder = sharedFolder()
  if (folder) {
    describe(title, () => block(folder))
    return
  }
  sayNotRun(title, 'no está la carpeta ../shared')
  // The block itself reads the folder for the names of its tests.
  it.skip(title, () => undefined)
}

function sayNotRun(title: string, reason: string): void {
  process.stderr.write(`NO SE EJECUTÓ «${title}»: ${reason}\n`)
}
