/** Why a file or a ZIP is refused before, or after, it is read as a receipt. */
export type IntakeRefusal =
  | 'not-found'
  | 'unreadable'
  | 'not-a-file'
  | 'link'
  | 'changed'
  | 'too-large'
  | 'issuer-not-taken'
  | 'not-authorized'
  | 'bad-signature'
  | 'not-understood'
  | 'same-key-other-bytes'
  | 'repeated'
  | 'not-stored'
  | 'zip-damaged'
  | 'zip-encrypted'
  | 'zip-method'
  | 'zip-nested'
  | 'zip-name'
  | 'zip-link'
  | 'zip-entry-lies'
  | 'zip-checksum'
  | 'zip-overlap'
  | 'zip-bomb'
  | 'zip-too-many'
  | 'zip-too-large'

/** A refusal as it is reported: its code and its sentence. */
export interface Refused {
  code: string
  message: string
}
