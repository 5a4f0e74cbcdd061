import { plainLine } from '../values/terminal-text.ts'

/** Thrown by a command that lacks something or was given too much; the message is Spanish. */
export class WrongUse extends Error {}

const REASONS: Readonly<Record<string, (what: string) => string>> = {
  ERR_PARSE_ARGS_UNKNOWN_OPTION: (what) => `No existe la opción ${what}.`,
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: (what) => `La opción ${what} está mal usada.`,
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: (what) => `Sobra «${what}».`,
}

/** Why a command line makes no sense, in Spanish; null for any other failure. */
export function wrongUse(error: unknown): string | null {
  if (error instanceof WrongUse) return error.message
  if (!(error instanceof Error)) return null
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? '']
  const [, what = ''] = /'([^']*)'/.exec(error.message) ?? []
  return reason?.(plainLine(what)) ?? null
}
