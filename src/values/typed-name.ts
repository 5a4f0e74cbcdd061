/** Signs that print nothing, or turn around what stands beside them: controls, marks, fillers. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u

/**
 * The name that somebody gives to a person or a thing: blanks settled, at least one letter, nothing
 * that cannot be seen, at most `lengthMax` characters. Null for anything else.
 */
export function readTypedName(typed: string, lengthMax: number): string | null {
  const name = typed.normalize('NFC').trim()
  const settled = name.replaceAll(/\s+/g, ' ')
  const fits = /\p{L}/u.test(name) && !UNSEEN.test(name) && settled.length <= lengthMax
  return fits ? settled : null
}
