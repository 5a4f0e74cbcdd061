import type { Link } from '../pages/brand.ts'

/** What an error says to the person who meets it. */
export type Words = {
  title: string
  /** What happened, why, and what now. */
  text: string
  /** Something better to do than going home. */
  action?: Link
}

/**
 * An error meant for the person: its Spanish words are shown, everything else that is thrown
 * is a surprise and says nothing of itself. Throw one of the classes below.
 */
export class WebError extends Error {
  /** HTTP status. */
  readonly statusCode: number
  /** For logs and tests: `NOT_FOUND`. */
  readonly code: string
  readonly words: Words
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds: number | null

  constructor(statusCode: number, code: string, words: Words, retryAfterSeconds?: number) {
    super(code)
    this.name = new.target.name
    this.statusCode = statusCode
    this.code = code
    this.words = words
    this.retryAfterSeconds = retryAfterSeconds ?? null
  }
}

/** 404: there is none, or none that this person may see. Both read the same. */
export class NotFound extends WebError {
  constructor(words: Partial<Words> = {}) {
    super(404, 'NOT_FOUND', {
      title: 'No encontramos esa página',
      text: 'Quizá el enlace cambió o está incompleto.',
      ...words,
    })
  }
}

/** 403: a role lacks the right. Never for someone else's data: that is NotFound. */
export class Forbidden extends WebError {
  constructor(words: Partial<Words> = {}) {
    super(403, 'FORBIDDEN', {
      title: 'No tienes permiso para ver esto',
      text: 'Si crees que es un error, pide acceso a quien administra tu cuenta.',
      ...words,
    })
  }
}

/** Nobody is signed in: 303 to the sign-in page of the section, which leads back here. */
export class SignInRequired extends WebError {
  /** The session was there and has ended; the sign-in page says so. */
  readonly expired: boolean

  constructor(options: { expired?: boolean } = {}) {
    super(401, 'SIGN_IN_REQUIRED', {
      title: 'Ingresa para continuar',
      text: 'Tu sesión se cerró. Ingresa y te llevamos donde estabas.',
    })
    this.expired = options.expired ?? false
  }
}

/** 409: what was asked no longer fits what is stored. */
export class Conflict extends WebError {
  constructor(words: Partial<Words> = {}) {
    super(409, 'CONFLICT', {
      title: 'Esto cambió mientras lo veías',
      text: 'No hicimos ningún cambio. Vuelve a abrir la página y revisa cómo quedó.',
      ...words,
    })
  }
}

/** 429: more tries than allowed. */
export class TooManyRequests extends WebError {
  constructor(retryAfterSeconds: number, words: Partial<Words> = {}) {
    super(
      429,
      'TOO_MANY_REQUESTS',
      {
        title: 'Demasiados intentos seguidos',
        text: `Por tu seguridad, espera ${waiting(retryAfterSeconds)} y vuelve a intentar.`,
        ...words,
      },
      retryAfterSeconds,
    )
  }
}

/** 503: too busy, or something we depend on is down. */
export class Unavailable extends WebError {
  constructor(retryAfterSeconds = 10, words: Partial<Words> = {}) {
    super(
      503,
      'UNAVAILABLE',
      {
        title: 'Hay mucha demanda en este momento',
        text: `Espera ${waiting(retryAfterSeconds)} y vuelve a intentar.`,
        ...words,
      },
      retryAfterSeconds,
    )
  }
}

function waiting(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 segundo' : `${seconds} segundos`
  const minutes = Math.ceil(seconds / 60)
  return `${minutes} minutos`
}
