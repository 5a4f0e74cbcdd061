import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import packageFile from '../../package.json' with { type: 'json' }

const ROOT = path.resolve(import.meta.dirname, '../..')

/** What a program finds in its environment. */
export type Environment = Readonly<Record<string, string>>

/** A program of the product in a process of its own, which outlives the test or bench that began it. */
export interface Program {
  readonly child: ChildProcess
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** What it complained of. */
  complaints(): string
}

/** The options that `npm start` gives Node. */
export const START_FLAGS = packageFile.scripts.start
  .split(' ')
  .filter((word) => word.startsWith('--'))

export function runProgram(args: readonly string[], environment: Environment): Program {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: path.join(ROOT, 'node_modules/.cache/compiled'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr?.on('data', (text) => {
    complaints += text
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  return { child, ended, complaints: () => complaints }
}

/** Ends a program without a word, as a power cut would. */
export async function kill({ child, ended }: Program): Promise<void> {
  child.kill('SIGKILL')
  await ended
}
