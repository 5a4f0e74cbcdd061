import type {
  Answered,
  Authorization,
  AuthorizationAnswer,
  Reception,
  ServiceFailure,
  SriMessage,
  SriService,
} from '#src/sri/service/sri-service.ts'

interface Held {
  document: string
  state: 'processing' | 'authorized' | 'refused'
  messages: SriMessage[]
  /** When it was decided, each a second after the one before. */
  at: Date
  /** For how many more questions it is not in the answer. */
  unlisted: number
}

const FIRST_AT = Date.parse('2026-11-20T15:00:04.000Z')

/** What the SRI thinks of a document: codes of reception, of authorisation, or nothing against it. */
type Judge = (document: string) => { returned?: string; refused?: string } | null

/** One failure instead of the answer; `after` lets the request do its work first. */
export type Fault = { kind: ServiceFailure['kind']; after?: boolean } | null

/**
 * A tax authority that plays by the rules: it keeps nothing of what it returns, knows each key and
 * each number once, and takes its time.
 */
export class FakeSri implements SriService {
  readonly sent: { key: string; document: string }[] = []
  readonly asked: string[] = []
  readonly #held = new Map<string, Held[]>()
  /** What a key is answered in authorisation before it is authorised; 0: at once. */
  looks = 0
  judge: Judge = () => null
  /** For how many questions a document that comes is not in the answer yet. */
  unlisted = 0
  /** Called for each request; answers what goes wrong with it. */
  faults: (request: 'send' | 'ask') => Fault = () => null
  /** What it sends back instead of the document that it holds. */
  tamper: (document: string) => string = (document) => document
  #underWay = 0
  busiest = 0

  async send(signed: Uint8Array): Promise<Answered<Reception>> {
    return this.#answer('send', () => this.#receive(Buffer.from(signed).toString('utf8')))
  }

  async authorization(accessKey: string): Promise<Answered<AuthorizationAnswer>> {
    return this.#answer('ask', () => this.#authorize(accessKey))
  }

  consult(): never {
    throw new Error('Nobody consults here')
  }

  async close(): Promise<void> {}

  /** The keys that it authorised. */
  authorized(): string[] {
    return [...this.#held].flatMap(([key, all]) =>
      all.some(({ state }) => state === 'authorized') ? [key] : [],
    )
  }

  async #answer<T>(request: 'send' | 'ask', work: () => T): Promise<Answered<T>> {
    this.#underWay += 1
    this.busiest = Math.max(this.busiest, this.#underWay)
    await new Promise((resolve) => setImmediate(resolve))
    this.#underWay -= 1
    const fault = this.faults(request)
    const failed = (kind: ServiceFailure['kind']) =>
      ({ ok: false, failure: { kind, detail: 'fingida' } }) as const
    if (fault && !fault.after) return failed(fault.kind)
    const answer = work()
    return fault ? failed(fault.kind) : { ok: true, answer }
  }

  #receive(document: string): Reception {
    const accessKey = /<claveAcceso>(\d{49})</.exec(document)?.[1] ?? ''
    this.sent.push({ key: accessKey, document })
    const back = (code: string): Reception => {
      return { state: 'DEVUELTA', accessKey, messages: [messageOf(code)] }
    }
    const last = this.#held.get(accessKey)?.at(-1)
    if (last?.state === 'processing') return back('70')
    if (last?.state === 'authorized') return back('43')
    const number = accessKey.slice(8, 39)
    const taken = [...this.#held.keys()].some(
      (key) => key !== accessKey && key.slice(8, 39) === number,
    )
    if (taken) return back('45')
    const judged = this.judge(document)
    if (judged?.returned) return back(judged.returned)
    const { unlisted } = this
    const at = new Date(FIRST_AT + this.sent.length * 1_000)
    const held: Held = judged?.refused
      ? { document, state: 'refused', messages: [messageOf(judged.refused)], at, unlisted }
      : {
          document,
          state: this.looks > 0 ? 'processing' : 'authorized',
          messages: [],
          at,
          unlisted,
        }
    this.#held.set(accessKey, [...(this.#held.get(accessKey) ?? []), held])
    return { state: 'RECIBIDA', accessKey, messages: [] }
  }

  #authorize(accessKey: string): AuthorizationAnswer {
    this.asked.push(accessKey)
    const held = this.#held.get(accessKey) ?? []
    const looks = this.asked.filter((key) => key === accessKey).length
    for (const one of held) {
      if (one.state === 'processing' && looks > this.looks) one.state = 'authorized'
    }
    const listed = held.filter((one) => {
      one.unlisted -= 1
      return one.unlisted < 0
    })
    const authorizations = listed.map((one) => this.#toAuthorization(accessKey, one))
    return { accessKey, count: listed.length, authorizations, raw: Buffer.alloc(0) }
  }

  #toAuthorization(accessKey: string, { state, document, messages, at }: Held): Authorization {
    const words = { processing: 'EN PROCESO', authorized: 'AUTORIZADO', refused: 'NO AUTORIZADO' }
    return {
      state: words[state],
      number: state === 'authorized' ? accessKey : null,
      authorizedAt: at.toISOString(),
      environment: 'PRUEBAS',
      document: state === 'processing' ? null : this.tamper(document),
      messages,
    }
  }
}

function messageOf(identifier: string): SriMessage {
  return { identifier, text: 'DICHO POR EL SRI', additional: 'en el campo X', type: 'ERROR' }
}
