/** A path of this site and nothing else: no second slash, backslash, control or blank. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what must not pass
const OWN_PATH = /^\/(?![/\\])[^\\\s\u0000-\u001f\u007f]*$/

/** Where it would make no sense to land after signing in. */
const NO_LANDING =
  /^\/((interno\/)?(ingresar|codigo|contrasena|segundo-factor)|salir|primer-ingreso|recuperar|sesion)(\/|\?|$)/

const PATH_LENGTH_MAX = 1000

/**
 * The path to land on, out of a path or a whole address somebody sent (`volver`, `HX-Current-URL`);
 * `fallback` for anything that is not a page of this site. Only path and query are kept, so the
 * answer can never lead to another host.
 */
export function returnPath(sent: string | undefined, fallback: string): string {
  if (!sent || sent.length > PATH_LENGTH_MAX) return fallback
  const path = sent.replace(/^https?:\/\/[^/?#]*/, '').replace(/#.*$/, '')
  if (!OWN_PATH.test(path) || NO_LANDING.test(path)) return fallback
  return path
}

/** `/ingresar?volver=…`, or without it when there is nothing to come back to. */
export function signInAddress(signIn: string, from: string, expired: boolean): string {
  const query = new URLSearchParams()
  const path = returnPath(from, '/')
  if (path !== '/') query.set('volver', path)
  if (expired) query.set('motivo', 'inactividad')
  return query.size === 0 ? signIn : `${signIn}?${query}`
}
