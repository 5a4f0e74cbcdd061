import { parseArgs } from 'node:util'
import type { Context } from '../../context.ts'
import { transaction } from '../../db/transaction.ts'
import { changeIssuer } from '../../issuing/issuer/change-issuer.ts'
import { changeEstablishment, changePoint } from '../../issuing/issuer/change-places.ts'
import type { Issuer } from '../../issuing/issuer/issuer.ts'
import { checkIssuer } from '../../issuing/issuer/issuer.ts'
import { issuerByRuc, listIssuers, pointsOf } from '../../issuing/issuer/issuer-store.ts'
import type { IssuerRecord } from '../../issuing/issuer/issuer-words.ts'
import { changedFacts } from '../../issuing/issuer/issuer-words.ts'
import { placeRefusals } from '../../issuing/issuer/place-messages.ts'
import { nextNumbersOf } from '../../issuing/numbering/kept-number-store.ts'
import { moveSeries, skippedNumbers } from '../../issuing/numbering/move-series.ts'
import { nextNumber } from '../../issuing/numbering/sequence-store.ts'
import { documentKinds, kindOfSlug } from '../../sri/kinds.ts'
import { jsonText, plainLine } from '../../values/terminal-text.ts'
import type { Terminal } from '../terminal.ts'
import { WrongUse } from '../wrong-use.ts'
import type { IssuerOptions } from './issuer-options.ts'
import { ISSUER_OPTIONS, recordFrom, yesOrNo } from './issuer-options.ts'

type Needs = Pick<Context, 'db' | 'keys' | 'now'>

/** What a command did: a sentence of what is so now, or of why it is not. */
type Done = { ok: true; message: string } | { ok: false; message: string }

const ACTOR = 'command-line'

/** `issuer …`: who issues, where and with which number next. Exit 0 done, 1 refused. */
export async function runIssuer(
  args: string[],
  context: Needs,
  terminal: Terminal,
): Promise<number> {
  const options = ISSUER_OPTIONS
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [what = 'show', more] = positionals
  if (more !== undefined) throw new WrongUse(`Sobra «${plainLine(more)}».`)
  if (what === 'show') return show(context, values.json === true, terminal)
  const act = ACTS[what]
  if (!act) throw new WrongUse(`No existe «issuer ${plainLine(what)}».`)
  const done = await act(values, context)
  if (values.json) terminal.stdout.write(`${jsonText(done)}\n`)
  else if (done.ok) terminal.stdout.write(`${plainLine(done.message)}\n`)
  else terminal.stderr.write(`${plainLine(done.message)}\n`)
  return done.ok ? 0 : 1
}

const ACTS: Readonly<Record<string, (values: IssuerOptions, needs: Needs) => Promise<Done>>> = {
  set: setIssuer,
  establishment: setEstablishment,
  point: setPoint,
  next: setNext,
}

async function show({ db }: Needs, json: boolean, { stdout }: Terminal): Promise<number> {
  const issuers = await Promise.all(
    (await listIssuers(db)).map(async ({ id, ...record }) => ({
      ...record,
      points: await pointsOf(db, id),
      next: Object.fromEntries(await nextNumbersOf(db, id, record.environment)),
    })),
  )
  if (json) stdout.write(`${jsonText({ issuers })}\n`)
  else if (issuers.length === 0) stdout.write('Todavía no hay un emisor.\n')
  for (const { points, next, ...record } of json ? [] : issuers) {
    for (const { term, to } of changedFacts(null, record)) {
      stdout.write(`${term}: ${plainLine(to)}\n`)
    }
    for (const { establishment, point, active, isDefault } of points) {
      const name = `${establishment}-${point}`
      const numbers = documentKinds
        .filter(({ kind }) => next[`${kind} ${name}`] !== undefined)
        .map(({ kind, slug }) => `${slug} ${next[`${kind} ${name}`]}`)
      const words = [active ? 'en uso' : 'fuera de uso', ...(isDefault ? ['por defecto'] : [])]
      stdout.write(`  ${name} ${[...words, ...numbers].join(', ')}\n`)
    }
  }
  return 0
}

async function setIssuer(values: IssuerOptions, { db, keys, now }: Needs): Promise<Done> {
  const ruc = needed(values.ruc, '--ruc')
  return transaction(db, async (tx): Promise<Done> => {
    const kept = await issuerByRuc(tx, ruc)
    const before = kept === null ? null : withoutId(kept)
    const after = recordFrom(values, before, ruc)
    const problems = checkIssuer(after)
    if (problems.length > 0) {
      return { ok: false, message: problems.map(({ message }) => message).join(' ') }
    }
    if (changedFacts(before, after).length === 0) {
      return { ok: true, message: 'Ya estaba así: no cambiamos nada.' }
    }
    await changeIssuer(tx, keys, { before, after }, { actor: ACTOR }, now())
    return { ok: true, message: `Listo: guardamos los datos del emisor ${ruc}.` }
  })
}

function withoutId({ id: _, ...record }: Issuer): IssuerRecord {
  return record
}

async function setEstablishment(values: IssuerOptions, { db, keys, now }: Needs): Promise<Done> {
  const wish = {
    code: needed(values.code, '--code'),
    address: needed(values.address, '--address'),
  }
  return ofIssuer(db, values, async (tx, issuer) => {
    const refusal = await changeEstablishment(tx, keys, issuer, wish, ACTOR, now())
    return placed(refusal, `Listo: establecimiento ${wish.code}.`)
  })
}

async function setPoint(values: IssuerOptions, { db, keys, now }: Needs): Promise<Done> {
  const place = placeOf(values)
  const active = yesOrNo(values.active, '--active')
  return ofIssuer(db, values, async (tx, issuer) => {
    const kept = (await pointsOf(tx, issuer.id)).find(
      (one) => one.establishment === place.establishment && one.point === place.point,
    )
    const wish = {
      ...place,
      active: active ?? kept?.active ?? true,
      isDefault: values.default === true,
    }
    const refusal = await changePoint(tx, keys, issuer, wish, ACTOR, now())
    return placed(refusal, `Listo: punto de emisión ${place.establishment}-${place.point}.`)
  })
}

function placed(refusal: keyof typeof placeRefusals | null, message: string): Done {
  if (refusal === null || refusal === 'unchanged') return { ok: true, message }
  return { ok: false, message: placeRefusals[refusal] }
}

async function setNext(values: IssuerOptions, { db, keys, now }: Needs): Promise<Done> {
  const place = placeOf(values)
  const facts = kindOfSlug(needed(values.kind, '--kind'))
  if (!facts) {
    const slugs = documentKinds.map(({ slug }) => slug).join(', ')
    throw new WrongUse(`--kind es uno de: ${slugs}.`)
  }
  const { kind } = facts
  const next = Number(needed(values.number, '--number'))
  return ofIssuer(db, values, async (tx, issuer): Promise<Done> => {
    const { id: issuerId, environment } = issuer
    const series = { ...place, kind }
    const before = await nextNumber(tx, { ...series, issuerId, environment })
    if (skippedNumbers(before, next) > 0 && values.skip !== true) {
      const message = `Quedarían sin usar los números del ${before} al ${next - 1}: si es lo que quieres, agrega --skip.`
      return { ok: false, message }
    }
    const problem = await moveSeries(tx, keys, issuer, series, next, { actor: ACTOR }, now())
    if (problem !== null) return { ok: false, message: problem }
    const name = `${place.establishment}-${place.point}`
    return { ok: true, message: `Listo: en la serie ${name} de ${facts.slug} sigue el ${next}.` }
  })
}

function needed(value: string | undefined, option: string): string {
  if (value === undefined || value.trim() === '') throw new WrongUse(`Falta ${option}.`)
  return value.trim()
}

function placeOf(values: IssuerOptions): { establishment: string; point: string } {
  const [establishment, point] = needed(values.place, '--place').split('-')
  if (!establishment || !point) throw new WrongUse('--place se escribe como 001-002.')
  return { establishment, point }
}

async function ofIssuer(
  db: Needs['db'],
  values: IssuerOptions,
  act: (tx: Parameters<typeof changePoint>[0], issuer: Issuer) => Promise<Done>,
): Promise<Done> {
  return transaction(db, async (tx): Promise<Done> => {
    const issuers = await listIssuers(tx)
    const wanted = values.ruc?.trim()
    const found = issuers.filter(({ ruc }) => wanted === undefined || ruc === wanted)
    const [issuer, other] = found
    if (other) throw new WrongUse('Hay varios emisores: di cuál con --ruc.')
    return issuer ? act(tx, issuer) : { ok: false, message: 'Ese emisor no está registrado.' }
  })
}
