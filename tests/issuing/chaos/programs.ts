import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type Environment, type Program, runProgram, START_FLAGS } from '#tests/support/programs.ts'

/**
 * A module to be required before all else: in every thread, whoever asks what time it is is told a
 * later one. (What is imported first is not in threads that begin with a text.)
 */
function clockAhead(folder: string, milliseconds: number): string {
  const file = path.join(folder, `clock-${milliseconds}.cjs`)
  fs.writeFileSync(
    file,
    `const real = Date
    const ahead = () => real.now() + ${milliseconds}
    globalThis.Date = new Proxy(real, {
      construct: (target, given, as) =>
        Reflect.construct(target, given.length === 0 ? [ahead()] : given, as),
      get: (target, name) => (name === 'now' ? ahead : Reflect.get(target, name)),
    })
    real.prototype.constructor = globalThis.Date`,
  )
  return file
}

/** `npm start` with `ROLE=worker`, by a clock that is so far ahead. */
export function startWorker(environment: Environment, aheadMs: number): Program {
  const clock = clockAhead(environment['DATA_DIR'] ?? '', aheadMs)
  const args = [...START_FLAGS, '--require', clock, 'src/server.ts']
  const worker = runProgram(args, { ROLE: 'worker', PORT: '0', ...environment })
  worker.child.stdout?.resume()
  return worker
}

/** `npm run portal -- sri-simulator`, which keeps what it receives in that folder. */
export async function startSri(
  folder: string,
  aheadMs = 0,
): Promise<{ program: Program; origin: string }> {
  const command = ['src/cli.ts', 'sri-simulator', '--port', '0', '--data', folder]
  const program = runProgram(['--require', clockAhead(folder, aheadMs), ...command], {})
  const { stdout } = program.child
  const lines = stdout ? createInterface({ input: stdout }) : null
  const [line] = lines
    ? await Promise.race([once(lines, 'line'), once(program.child, 'close')])
    : []
  const origin = /http:\S+/.exec(String(line))?.[0]
  if (origin === undefined) throw new Error(`The simulator did not start: ${program.complaints()}`)
  return { program, origin }
}
