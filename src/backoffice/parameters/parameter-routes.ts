import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { mayDo, PARAMETERS_PAGE } from '../../identity/staff/rights.ts'
import { requireRight, staffOf } from '../../identity/staff/staff-guard.ts'
import { LOGO_BYTES_MAX, readLogo } from '../../policy/logo/kept-logo.ts'
import type { Parameter, Reading } from '../../policy/parameters/parameter.ts'
import { readTyped } from '../../policy/parameters/parameter.ts'
import type { Keys } from '../../values/keys.ts'
import type { App, Area } from '../../web/area.ts'
import { NotFound, SignInRequired } from '../../web/errors/errors.ts'
import { BrokenUpload, readUpload, takeUploads } from '../../web/uploads.ts'
import { OPEN_ALREADY } from '../customers/messages.ts'
import { parameterPage, parametersPage } from '../views.ts'
import { parameterAt } from './parameter-at.ts'
import type { PageNeeds, TypedChange } from './parameter-page.ts'
import { describeParameter, describeParameters } from './parameter-page.ts'
import { storyOf } from './parameter-story-store.ts'
import type { ProposedChange } from './propose-parameter.ts'
import { proposeParameter } from './propose-parameter.ts'

type Needs = PageNeeds & { keys: Keys }

const TITLE = 'Parámetros'
const PROPOSED = 'Lo propusiste. Así se vería; otra persona lo decide en Aprobaciones.'

const BySlug = Type.Object({ parametro: Type.String({ maxLength: 40 }) })
const Entered = Type.Object({
  valor: Type.String({ maxLength: 1_000, default: '' }),
  desde: Type.String({ maxLength: 20, default: '' }),
  motivo: Type.String({ maxLength: 2_000, default: '' }),
})
const Back = Type.Object({
  cambio: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
})

const sees = { onRequest: requireRight('parameters.see') }
const proposes = { onRequest: requireRight('parameters.propose') }

/** The bank's policy, and how its people change it: /interno/parametros. */
export const parameterRoutes: Area<Needs> = async (app, needs) => {
  await takeUploads(app)

  app.get(PARAMETERS_PAGE, sees, async (_request, reply) =>
    reply.page(parametersPage, await describeParameters(needs), { title: TITLE }),
  )

  app.get(
    `${PARAMETERS_PAGE}/:parametro`,
    { ...sees, schema: { params: BySlug } },
    async (request, reply) => show(request, reply, needs, null),
  )

  changeRoutes(app, needs)
}

function changeRoutes(app: App, needs: Needs): void {
  const { db, now } = needs
  const params = BySlug

  app.post(`${PARAMETERS_PAGE}/logo`, proposes, async (request, reply) => {
    const parameter = parameterAt('logo')
    const { values, value } = await readLogoForm(request)
    const entered = { value, from: values.desde, reason: values.motivo }
    const proposed = await proposeParameter(needs, staffOf(request), parameter, entered, now())
    return answer(request, reply, needs, proposed, values, parameter)
  })

  app.post(
    `${PARAMETERS_PAGE}/:parametro`,
    { ...proposes, schema: { params, body: Entered } },
    async (request, reply) => {
      const parameter = parameterAt(request.params.parametro)
      const { valor, desde, motivo } = request.body
      const value = readTyped(parameter, valor)
      const entered = { value, from: desde, reason: motivo }
      const proposed = await proposeParameter(needs, staffOf(request), parameter, entered, now())
      return answer(request, reply, needs, proposed, request.body, parameter)
    },
  )

  app.post(
    `${PARAMETERS_PAGE}/:parametro/regreso`,
    { ...proposes, schema: { params, body: Back } },
    async (request, reply) => {
      const parameter = parameterAt(request.params.parametro)
      const { cambio } = request.body
      const [change] = cambio === 0 ? [] : await storyOf(db, parameter.path, cambio + 1, 1)
      if (cambio !== 0 && change?.id !== cambio) throw new NotFound()
      const value: Reading<unknown> = { ok: true, value: change?.value ?? null }
      const entered = { value, from: '', reason: 'Volver a un valor anterior' }
      const proposed = await proposeParameter(needs, staffOf(request), parameter, entered, now())
      return answer(request, reply, needs, proposed, null, parameter)
    },
  )
}

const BROKEN = {
  'too-large': 'El logo pesa más de 100 KB. Usa uno más liviano.',
  'too-many': 'Elige un solo archivo.',
  cut: 'El archivo llegó incompleto. Inténtalo de nuevo.',
} as const

async function readLogoForm(
  request: FastifyRequest,
): Promise<{ values: TypedChange; value: Reading<unknown> }> {
  try {
    const { fields, file } = await readUpload(request, LOGO_BYTES_MAX)
    const of = (name: string) => fields.get(name) ?? ''
    return {
      values: { valor: '', desde: of('desde'), motivo: of('motivo') },
      value: readLogo(file),
    }
  } catch (error) {
    if (!(error instanceof BrokenUpload)) throw error
    const value = { ok: false, problem: BROKEN[error.reason] } as const
    return { values: { valor: '', desde: '', motivo: '' }, value }
  }
}

/** `values`: as typed; null when there was no form to type in. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  needs: Needs,
  proposed: ProposedChange,
  values: TypedChange | null,
  { slug }: Parameter,
): Promise<FastifyReply> {
  const back = `${PARAMETERS_PAGE}/${slug}`
  if (proposed.ok) {
    return reply.notice(PROPOSED).redirect(`${PARAMETERS_PAGE}/vista-previa/${proposed.id}`, 303)
  }
  switch (proposed.refusal) {
    case 'signed-out':
      throw new SignInRequired()
    case 'open-already':
      return reply.notice(OPEN_ALREADY, 'mal').redirect(back, 303)
    case 'problems': {
      const { problems } = proposed
      if (values) return show(request, reply, needs, { values, problems }, slug)
      return reply.notice(Object.values(problems).join(' '), 'mal').redirect(back, 303)
    }
  }
}

async function show(
  request: FastifyRequest,
  reply: FastifyReply,
  needs: Needs,
  typed: Parameters<typeof describeParameter>[3],
  slug = (request.params as { parametro: string }).parametro,
): Promise<FastifyReply> {
  const parameter = parameterAt(slug)
  const may = mayDo(staffOf(request).role, 'parameters.propose')
  const page = await describeParameter(needs, parameter, may, typed)
  return reply.page(parameterPage, page, { title: parameter.label, status: typed ? 422 : 200 })
}
