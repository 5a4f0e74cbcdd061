/**
 * What pages gain with JavaScript; without it every one of them works. Each part looks for its
 * data- attribute and listens on the document, so that what htmx swaps in works as well.
 */

const say = (text) => {
  const line = document.getElementById('anuncios')
  if (line) line.textContent = text
}

/* What only works with JavaScript is rendered hidden. */
const uncover = (root) => {
  for (const button of root.querySelectorAll('[data-reveals], [data-copy]')) button.hidden = false
  for (const label of root.querySelectorAll('[data-selects]'))
    label.closest('[hidden]')?.removeAttribute('hidden')
}

/* «Mostrar» beside a password. */
const reveal = (button) => {
  const input = document.getElementById(button.dataset.reveals)
  const shown = input.type === 'password'
  input.type = shown ? 'text' : 'password'
  input.autocapitalize = 'none'
  button.setAttribute('aria-pressed', String(shown))
  button.querySelector('span').textContent = shown ? 'Ocultar' : 'Mostrar'
}

/* The checklist of a new password, on each key. */
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

const checkRules = (list, value) => {
  for (const rule of list.children) {
    const { pattern, without } = rule.dataset
    const words = (without ?? '').split(' ').filter(Boolean)
    const kept =
      value !== '' &&
      (!pattern || new RegExp(pattern, 'u').test(value)) &&
      !words.some((word) => plain(value).includes(plain(word)))
    rule.className = kept ? 'ok' : value === '' ? '' : 'falta'
    rule.querySelector('.oculto').textContent = kept ? '(cumple)' : '(falta)'
  }
}

/* Copying, for instance the access key without its blanks. */
const copy = async (button) => {
  const label = button.querySelector('span')
  try {
    await navigator.clipboard.writeText(button.dataset.copy)
  } catch {
    // Refused, or no clipboard: the text is left chosen, whole and without blanks.
    const shown = button.parentElement.querySelector('code')
    if (shown) shown.textContent = button.dataset.copy
    if (shown) getSelection().selectAllChildren(shown)
    label.textContent = 'Ya está seleccionado: cópialo'
    say('No pudimos copiar. El texto ya está seleccionado: cópialo con el menú o con Ctrl y C.')
    return
  }
  label.textContent = 'Copiado'
  say(button.dataset.done)
  setTimeout(() => {
    label.textContent = 'Copiar'
  }, 2000)
}

/* The box in the table's head chooses all boxes of that name on the page. */
const selectPage = (box) => {
  for (const other of document.querySelectorAll(`tbody input[name="${box.dataset.selects}"]`)) {
    other.checked = box.checked
  }
}

/* Times left, counted from when the page arrived: the person's clock may be wrong. */
const spell = (seconds) => {
  const minutes = Math.floor(seconds / 60)
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`
}

const countdown = (timer) => {
  const left = Math.max(0, Math.round(Number(timer.dataset.countdown) - performance.now() / 1000))
  timer.textContent = left > 0 ? `${timer.dataset.says}${spell(left)}` : '. Ya venció; pide otro'
  if (left === 60) say('El código vence en 1 minuto')
}

const holdBack = (button) => {
  const left = Math.ceil(Number(button.dataset.wait) - performance.now() / 1000)
  button.setAttribute('aria-disabled', String(left > 0))
  button.querySelector('span').textContent =
    left > 0 ? `Enviar otro código en ${left} s` : 'Enviar otro código'
}

const tick = () => {
  for (const timer of document.querySelectorAll('[data-countdown]')) countdown(timer)
  for (const button of document.querySelectorAll('[data-wait]')) holdBack(button)
  watchSession()
}

/* The end of the session: a warning a minute before, told to other tabs, and then the sign-in page. */
const idleSeconds = Number(document.body.dataset.idleSeconds ?? 0)
const WARN_SECONDS = 60
const tabs = idleSeconds > 0 && 'BroadcastChannel' in window ? new BroadcastChannel('sesion') : null
let lastUse = Date.now()

const used = () => {
  lastUse = Date.now()
  const warning = document.getElementById('fin-sesion')
  if (warning) warning.hidden = true
}

const usedHere = () => {
  used()
  tabs?.postMessage('used')
}

const watchSession = () => {
  const warning = document.getElementById('fin-sesion')
  if (!idleSeconds || !warning) return
  const idle = (Date.now() - lastUse) / 1000
  if (idle > idleSeconds + 2) location.assign(location.pathname + location.search)
  else if (idle > idleSeconds - WARN_SECONDS && warning.hidden) {
    warning.hidden = false
    warning.querySelector('[data-keep]').focus()
  }
}

const keepSession = async (button) => {
  const answer = await fetch(button.dataset.keep, { method: 'POST' }).catch(() => null)
  if (answer?.ok) usedHere()
  else if (answer) location.assign(location.pathname + location.search)
}

/* A failed load keeps what is on screen, says of when it is, and offers to try again. */
const hour = () =>
  new Date().toLocaleTimeString('es-EC', { hour: '2-digit', minute: '2-digit', hour12: false })
let loadedAt = hour()

const loadFailed = (address) => {
  const notice = document.getElementById('sin-red')
  if (!notice) return
  notice.querySelector('time').textContent = loadedAt
  notice.querySelector('a').href = address
  notice.hidden = false
}

const loaded = () => {
  loadedAt = hour()
  document.getElementById('sin-red')?.setAttribute('hidden', '')
  usedHere()
}

/* Keyboard: / j k x Enter p ? — never while typing, and off when the person says so. */
const rowOf = (element) => element?.closest?.('tbody tr')
const rowLink = (row) => row?.querySelector('th a')

const move = (step) => {
  const links = [...document.querySelectorAll('.tabla tbody th a')]
  const at = links.indexOf(rowLink(rowOf(document.activeElement)))
  links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))]?.focus()
}

const shortcuts = {
  '/': () => document.querySelector('[type="search"]')?.focus(),
  j: () => move(1),
  k: () => move(-1),
  x: () => rowOf(document.activeElement)?.querySelector('[type="checkbox"]')?.click(),
  p: () => rowOf(document.activeElement)?.querySelector('a[href$=".pdf"]')?.click(),
  '?': () => document.getElementById('atajos')?.showModal(),
}

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input:not([type="checkbox"]), textarea, select, dialog')
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return
  if (!('shortcuts' in document.body.dataset) || !Object.hasOwn(shortcuts, event.key)) return
  event.preventDefault()
  shortcuts[event.key]()
})

document.addEventListener('click', (event) => {
  const button = event.target.closest('button')
  if (!button) return
  if (button.getAttribute('aria-disabled') === 'true') event.preventDefault()
  else if (button.dataset.reveals) reveal(button)
  else if (button.dataset.copy) void copy(button)
  else if (button.dataset.keep) void keepSession(button)
})

document.addEventListener('input', (event) => {
  const list = document.querySelector(`[data-rules-for="${event.target.id}"]`)
  if (list) checkRules(list, event.target.value)
})

document.addEventListener('change', (event) => {
  if (event.target.dataset.selects) selectPage(event.target)
})

/* Files let go anywhere on the box around a field are for that field. */
const fieldUnder = (event) => event.target.closest('.suelta')?.querySelector('[type="file"]')

document.addEventListener('dragover', (event) => {
  if (fieldUnder(event)) event.preventDefault()
})

document.addEventListener('drop', (event) => {
  const field = fieldUnder(event)
  if (!field) return
  event.preventDefault()
  const { files } = event.dataTransfer
  if (files.length === 1 || field.multiple) field.files = files
})

document.addEventListener('htmx:after:swap', () => {
  uncover(document)
  loaded()
})
document.addEventListener('htmx:error', ({ detail }) => loadFailed(detail.ctx.request.action))
document.addEventListener('htmx:before:response', (event) => {
  const { request, response } = event.detail.ctx
  if (response.status < 500) return
  event.preventDefault()
  loadFailed(request.action)
})

tabs?.addEventListener('message', used)
uncover(document)
document.querySelector('[data-focus]')?.focus()
tick()
setInterval(tick, 1000)
