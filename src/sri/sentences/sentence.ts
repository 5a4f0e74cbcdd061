/** What a sentence may tell; `field` is the SRI's own path, such as `detalles[2].cantidad`. */
export interface MessageFacts {
  readonly field?: string
  readonly value?: string
  readonly expected?: string
  readonly line?: number
}

export type Sentence = (facts: MessageFacts) => string

export const at = ({ line }: MessageFacts): string => (line === undefined ? '' : ` (línea ${line})`)
export const field = ({ field: name }: MessageFacts): string => `«${name ?? 'documento'}»`
export const said = ({ value }: MessageFacts): string =>
  value === undefined ? '' : ` Dice «${value}».`
export const wanted = ({ expected }: MessageFacts): string => expected ?? ''
