import { SERVICES_PATH } from './operations.ts'

const HOSTS = {
  test: 'https://celcer.sri.gob.ec',
  production: 'https://cel.sri.gob.ec',
} as const

/**
 * Under which address the services of the SRI stand; each adds its own name.
 *
 * @param simulatorUrl origin of the simulator, `http://127.0.0.1:3080`.
 */
export function sriAddress(
  which: 'simulator' | 'test' | 'production',
  simulatorUrl: string,
): string {
  const host = which === 'simulator' ? simulatorUrl : HOSTS[which]
  return `${host}${SERVICES_PATH}`
}
