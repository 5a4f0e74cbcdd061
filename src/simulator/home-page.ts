import { kindOfCode } from '../sri/kinds.ts'
import { SERVICES_PATH } from '../sri/service/operations.ts'
import { escapeText } from '../sri/service/write-soap.ts'
import { formatInstant } from '../values/day.ts'
import type { SimulatedSri } from './simulated-sri.ts'
import { serviceNames } from './soap/soap-door.ts'
import type { Submission } from './submission-store.ts'
import { PENDING } from './submission-store.ts'
import type { Switches } from './switches.ts'
import { printSwitches, switchTable } from './switches.ts'

const SHOWN = 50

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #ccc; }
  td.clave { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
  small { color: #555; }
  input { font: inherit; width: 14rem; max-width: 100%; }
  button { font: inherit; padding: .2rem .8rem; }
  .problema { border-left: .3rem solid #b00020; padding-left: .8rem; }
`

/** What the simulator holds and how it behaves, for whoever tries the portal out. */
export function homePage(
  sri: SimulatedSri,
  switches: Switches,
  problems: readonly string[] = [],
): string {
  const held = sri.newest(SHOWN)
  const rows = held.map((one) => documentRow(one, sri.stateOf(one)))
  const none = '<p>Todavía no ha recibido ningún comprobante.</p>'
  return [
    '<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>Simulador del SRI</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<style>${STYLE}</style></head><body><main><h1>Simulador del SRI</h1>`,
    '<p>Recibe y autoriza comprobantes de prueba. Nada de lo que dice vale ante el SRI.</p>',
    ...problems.map((problem) => `<p class="problema" role="alert">${html(problem)}</p>`),
    `<ul>${Object.keys(serviceNames).map(serviceItem).join('')}</ul>`,
    `<h2>Conmutadores</h2>${switchForm(switches)}<h2>Comprobantes</h2>`,
    rows.length === 0 ? none : documentTable(rows),
    '</main></body></html>',
  ].join('')
}

function serviceItem(service: string): string {
  return `<li><a href="${SERVICES_PATH}/${service}?wsdl">${service}</a></li>`
}

function switchForm(switches: Switches): string {
  const rows = Object.entries(printSwitches(switches)).map(([name, value]) => {
    const { says = '', takes = '' } = switchTable[name] ?? {}
    return [
      `<tr><th scope="row"><label for="${name}">${html(says)}</label><br><small>${name}</small></th>`,
      `<td><input type="text" id="${name}" name="${name}" value="${html(value)}" aria-describedby="${name}-admite"><br>`,
      `<small id="${name}-admite">${html(takes)}</small></td></tr>`,
    ].join('')
  })
  return `<form method="post" action="/conmutadores"><table><tbody>${rows.join('')}</tbody></table><p><button>Guardar</button></p></form>`
}

function documentTable(rows: readonly string[]): string {
  const heads = ['Comprobante', 'Estado', 'Recibido', 'Decidido', 'Mensajes', 'Anular']
  const head = heads.map((text) => `<th scope="col">${text}</th>`).join('')
  return `<p>Los últimos ${SHOWN}, el más reciente primero.</p><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function documentRow(one: Submission, state: string): string {
  const { accessKey, receivedAt, dueAt, messages } = one
  const kind = kindOfCode(accessKey.slice(8, 10))?.name ?? ''
  const decided = one.state === PENDING ? '' : formatInstant(dueAt)
  const said = messages.map(({ identifier, text, additional }) =>
    html(`${identifier} ${text}${additional === null ? '' : `: ${additional}`}`),
  )
  const annul =
    state === 'AUTORIZADO'
      ? `<form method="post" action="/anulaciones"><input type="hidden" name="claveAcceso" value="${html(accessKey)}"><button aria-label="Anular ${html(accessKey)}">Anular</button></form>`
      : ''
  return [
    `<tr><td class="clave">${html(kind)}<br>${html(accessKey)}</td><td>${html(state)}</td>`,
    `<td>${formatInstant(receivedAt)}</td><td>${decided}</td>`,
    `<td>${said.join('<br>')}</td><td>${annul}</td></tr>`,
  ].join('')
}

function html(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;')
}
