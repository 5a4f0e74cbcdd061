/**
 * Checks an accountant's copy of a package without sending it anywhere: reads ZIPs and folders,
 * takes the SHA-256 of every file, and compares it with the lists and seals inside.
 */

const area = document.querySelector('[data-check-package]')
const MANIFEST = /^manifiesto(_parte-\d+-de-\d+)?\.json$/
const LITTER = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$|^__MACOSX\//
const NAMES_SHOWN = 20

const hex = (bytes) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const sha256 = async (bytes) => hex(await crypto.subtle.digest('SHA-256', bytes))
const count = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, '.')

class Unreadable extends Error {}

/* What of a ZIP is needed here (APPNOTE 4.3): its directory, and each file from its own header on. */
const viewOf = async (file, start, length) =>
  new DataView(await file.slice(start, start + length).arrayBuffer())

const directoryOf = async (file) => {
  const tail = Math.max(0, file.size - 65_557)
  const view = await viewOf(file, tail, file.size - tail)
  for (let at = view.byteLength - 22; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== 0x06054b50) continue
    const end = { size: view.getUint32(at + 12, true), start: view.getUint32(at + 16, true) }
    const large = at >= 20 && view.getUint32(at - 20, true) === 0x07064b50
    if (!large) return end
    const place = Number(view.getBigUint64(at - 12, true))
    const more = await viewOf(file, place, 56)
    return {
      size: Number(more.getBigUint64(40, true)),
      start: Number(more.getBigUint64(48, true)),
    }
  }
  throw new Unreadable(`«${file.name}» no es un ZIP, o le falta el final.`)
}

const offsetOf = (view, at, nameLength, extraLength) => {
  const near = view.getUint32(at + 42, true)
  if (near !== 0xffffffff) return near
  let field = at + 46 + nameLength
  for (const end = field + extraLength; field + 4 <= end; ) {
    if (view.getUint16(field, true) === 1) return Number(view.getBigUint64(field + 4, true))
    field += 4 + view.getUint16(field + 2, true)
  }
  throw new Unreadable('El ZIP está dañado.')
}

const entriesOf = async (file) => {
  const { start, size } = await directoryOf(file)
  const view = await viewOf(file, start, size)
  const entries = []
  for (let at = 0; at + 46 <= view.byteLength; ) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new Unreadable('El ZIP está dañado.')
    const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)]
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, nameLength))
    const offset = offsetOf(view, at, nameLength, extraLength)
    const packed = view.getUint32(at + 20, true)
    const deflated = view.getUint16(at + 10, true) === 8
    if (!name.endsWith('/')) {
      entries.push({ name, bytes: () => unpack(file, { offset, packed, deflated }) })
    }
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true)
  }
  return entries
}

const unpack = async (file, { offset, packed, deflated }) => {
  const header = await viewOf(file, offset, 30)
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true)
  const body = file.slice(start, start + packed)
  if (!deflated) return body.arrayBuffer()
  const stream = body.stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Response(stream).arrayBuffer()
}

/* The files of a folder, under their names within it. */
const folderEntries = (files) =>
  [...files].map((file) => ({
    name: file.webkitRelativePath.split('/').slice(1).join('/') || file.name,
    bytes: () => file.arrayBuffer(),
  }))

const rootOf = async (rows) => {
  const sealed = rows.filter(({ estado }) => estado === 'autorizado' || estado === 'anulado')
  sealed.sort((a, b) => (a.clave < b.clave ? -1 : 1))
  const text = sealed.map(({ clave, xml, estado }) => `${clave} ${xml} ${estado}\n`).join('')
  return sha256(new TextEncoder().encode(text))
}

/* The same judgement as `check-package` makes on the command line. */
const judge = async (manifests, found, own) => {
  const rows = manifests.flatMap(({ comprobantes }) => comprobantes)
  const listed = [...rows.flatMap(({ archivos }) => archivos), ...manifests.flatMap((m) => m.otros)]
  const expected = new Map(listed.map((file) => [file.ruta, file.sha256]))
  const seen = new Set()
  const [changed, unknown] = [[], []]
  for (const { name, hash } of found) {
    if (own.has(name) || LITTER.test(name)) continue
    const wanted = expected.get(name)
    if (wanted === undefined || seen.has(name)) unknown.push(name)
    else if (wanted !== hash) changed.push(name)
    seen.add(name)
  }
  const missing = [...expected.keys()].filter((name) => !seen.has(name))
  const here = new Set(manifests.map(({ parte }) => parte))
  const all = Math.max(...manifests.map(({ partes }) => partes))
  const parts = Array.from({ length: all }, (_, at) => at + 1).filter((n) => !here.has(n))
  const short = manifests.some(
    ({ comprobantes, totales }) =>
      comprobantes.length !== totales.comprobantes ||
      comprobantes.reduce((sum, { archivos }) => sum + archivos.length, 0) !== totales.archivos,
  )
  const seals = []
  /* Every part of a package brings the seal of a month that is spread over them. */
  const stated = manifests.flatMap(({ sellos }) =>
    sellos.map((seal) => [`${seal.contribuyente} ${seal.mes}`, seal]),
  )
  for (const seal of new Map(stated).values()) {
    const own_ = rows.filter(
      (row) => row.contribuyente === seal.contribuyente && row.fecha.startsWith(seal.mes),
    )
    const same = (await rootOf(own_)) === seal.raiz
    seals.push({ ...seal, verdict: same ? 'whole' : parts.length > 0 ? 'part' : 'different' })
  }
  const faults = missing.length + changed.length + unknown.length + parts.length
  const ok = faults === 0 && !short && seals.every(({ verdict }) => verdict !== 'different')
  const incomplete = rows.filter(({ falta }) => falta).length
  return { rows, expected, missing, changed, unknown, parts, seals, incomplete, ok }
}

const element = (name, text, className = '') => {
  const made = document.createElement(name)
  made.textContent = text
  if (className) made.className = className
  return made
}

const listOf = (title, names) => {
  if (names.length === 0) return []
  const list = element('ul', '', 'menor')
  for (const name of names.slice(0, NAMES_SHOWN)) list.append(element('li', name))
  if (names.length > NAMES_SHOWN) {
    list.append(element('li', `y ${count(names.length - NAMES_SHOWN)} más`))
  }
  return [element('h3', `${title}: ${count(names.length)}`), list]
}

const VERDICTS = {
  whole: 'completo según su sello',
  different: 'no coincide con su sello',
  part: 'faltan partes para compararlo con su sello',
}

const show = (...nodes) => area.querySelector('[data-result]').replaceChildren(...nodes)

const notice = (kind, title, text) => {
  const box = element('div', '', `aviso ${kind}`)
  const words = document.createElement('div')
  const line = document.createElement('p')
  line.append(element('strong', title))
  words.append(line, element('p', text))
  box.append(words)
  return box
}

const tell = (result) => {
  const size = `${count(result.rows.length)} comprobantes, ${count(result.expected.size)} archivos en la lista.`
  const box = result.ok
    ? notice('ok', 'Está completo y sin cambios', size)
    : notice('mal', 'No está completo, o algo cambió', size)
  const parts =
    result.parts.length > 0 ? [element('p', `Faltan las partes ${result.parts.join(', ')}.`)] : []
  const incomplete =
    result.incomplete > 0
      ? [
          element(
            'p',
            `De ${count(result.incomplete)} el portal no tenía algún archivo: LEEME.txt dice por qué.`,
          ),
        ]
      : []
  const seals = result.seals.map((seal) =>
    element(
      'li',
      `${seal.contribuyente}, ${seal.mes}, edición ${seal.edicion}: ${VERDICTS[seal.verdict]}. Huella ${seal.raiz.slice(0, 12)}…`,
    ),
  )
  const list = element('ul', '', 'menor')
  list.append(...seals)
  show(
    box,
    ...parts,
    ...listOf('Faltan', result.missing),
    ...listOf('Cambiaron', result.changed),
    ...listOf('No están en la lista', result.unknown),
    ...incomplete,
    ...(seals.length > 0 ? [element('h3', 'Meses sellados'), list] : []),
  )
}

const check = async (gather) => {
  const progress = area.querySelector('[data-progress]')
  progress.hidden = false
  show()
  try {
    const entries = await gather()
    const bar = progress.querySelector('progress')
    bar.max = entries.length
    const found = []
    const manifests = []
    const own = new Set()
    for (const [at, entry] of entries.entries()) {
      const bytes = await entry.bytes()
      found.push({ name: entry.name, hash: await sha256(bytes) })
      if (MANIFEST.test(entry.name)) {
        manifests.push(JSON.parse(new TextDecoder().decode(bytes)))
        own.add(entry.name)
      }
      bar.value = at + 1
      progress.querySelector('[data-progress-words]').textContent =
        `${count(at + 1)} de ${count(entries.length)} archivos`
    }
    if (manifests.length === 0) {
      show(notice('mal', 'No hay un manifiesto.json del portal', 'No hay con qué comparar.'))
    } else tell(await judge(manifests, found, own))
  } catch (error) {
    const text = error instanceof Unreadable ? error.message : 'Elige el ZIP o la carpeta otra vez.'
    show(notice('mal', 'No pudimos leerlo', text))
  }
  progress.hidden = true
}

const zips = (files) => async () => (await Promise.all([...files].map(entriesOf))).flat()

/* What was dropped: ZIPs, or one folder, walked through. */
const walk = async (entry, name, entries) => {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject))
    entries.push({ name, bytes: () => file.arrayBuffer() })
    return
  }
  const reader = entry.createReader()
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return
    for (const one of some) await walk(one, name ? `${name}/${one.name}` : one.name, entries)
  }
}

if (area) {
  area.hidden = false
  document.querySelector('[data-no-script]').hidden = true
  /* Emptied, so that the same file can be chosen once more. */
  const chosen = (name, gatherOf) =>
    area.querySelector(name).addEventListener('change', ({ target }) => {
      const files = [...target.files]
      target.value = ''
      if (files.length > 0) void check(gatherOf(files))
    })
  chosen('[data-files]', zips)
  chosen('[data-folder]', (files) => async () => folderEntries(files))
  const drop = area.querySelector('[data-drop]')
  drop.addEventListener('dragover', (event) => event.preventDefault())
  drop.addEventListener('drop', (event) => {
    event.preventDefault()
    const dropped = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.())
    const folder = dropped.find((entry) => entry?.isDirectory)
    const { files } = event.dataTransfer
    if (!folder) void check(zips(files))
    else {
      void check(async () => {
        const entries = []
        await walk(folder, '', entries)
        return entries
      })
    }
  })
}
