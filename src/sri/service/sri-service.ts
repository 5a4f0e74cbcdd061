/** One message of the SRI, as printed; the identifier is the part that keeps its meaning. */
export interface SriMessage {
  readonly identifier: string
  readonly text: string
  /** `informacionAdicional`: which rule, which value. */
  readonly additional: string | null
  /** ERROR, ADVERTENCIA or INFORMATIVO. */
  readonly type: string
}

/** What the SRI says at once of a document that was sent to it. */
export interface Reception {
  /** RECIBIDA or DEVUELTA as printed; another word says neither. */
  readonly state: string
  /** Null when the SRI could not find one in the document (`N/A`), or names none. */
  readonly accessKey: string | null
  readonly messages: readonly SriMessage[]
}

/** One answer for a key. Several may stand beside each other, and at most one is AUTORIZADO. */
export interface Authorization {
  /** As printed; a word that is not known is not final. */
  readonly state: string
  readonly number: string | null
  /** As printed: `readAuthorizedAt` of the envelopes reads every shape of it. */
  readonly authorizedAt: string | null
  /** As printed: PRUEBAS, PRODUCCIÓN, with or without the accent. */
  readonly environment: string | null
  /** The exact text of `comprobante`. */
  readonly document: string | null
  readonly messages: readonly SriMessage[]
}

export interface AuthorizationAnswer {
  /** The key that the answer says was asked for. */
  readonly accessKey: string | null
  /** `numeroComprobantes`; null when absent. 0 is «not yet» or «never». */
  readonly count: number | null
  readonly authorizations: readonly Authorization[]
  /** The whole answer, byte for byte. */
  readonly raw: Uint8Array
}

/** What has become of a document since, annulment included; never the document itself. */
export interface ConsultedState {
  readonly accessKey: string | null
  /** AUTORIZADO, NO AUTORIZADO, PENDIENTE DE ANULAR, ANULADO, as printed; null when not said. */
  readonly state: string | null
  /** The question itself was refused: unknown key, wrong form, or outside the window of dates. */
  readonly refused: boolean
  readonly messages: readonly SriMessage[]
}

/** Why there was no answer: nothing of what it says is about the document. */
export interface ServiceFailure {
  readonly kind: /** Nothing of the request can have arrived. */
    | 'unreachable'
    /** The connection ended before its answer. */
    | 'cut'
    | 'timeout'
    | 'http'
    | 'empty'
    | 'not-xml'
    | 'fault'
    | 'unexpected'
    | 'too-large'
    | 'circuit-open'
  /** For the log and for whoever operates the portal, in Spanish, on one line. */
  readonly detail: string
}

export type Answered<T> =
  | { readonly ok: true; readonly answer: T }
  | { readonly ok: false; readonly failure: ServiceFailure }

/** The web services of the SRI. They never throw for what the SRI or the network does. */
export interface SriService {
  /** `validarComprobante`: the bytes go as they are; sending the same ones again is safe (43). */
  send(signed: Uint8Array): Promise<Answered<Reception>>
  /** `autorizacionComprobante`: every answer the SRI holds for a key. */
  authorization(accessKey: string): Promise<Answered<AuthorizationAnswer>>
  /** `consultarEstadoAutorizacionComprobante`: whether it still stands. */
  consult(accessKey: string): Promise<Answered<ConsultedState>>
  /** Ends the connections; what is under way is finished first. */
  close(): Promise<void>
}
