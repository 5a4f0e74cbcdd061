/** What a form shows again: the sentence for each field, by its id, that did not pass. */
export type Problems = Readonly<Record<string, string>>

/** Items of the password checklist, as `shared/_password` shows and `app.js` checks them. */
export type PasswordRule = {
  /** «Al menos una mayúscula». */
  text: string
  /** A regular expression (flag `u`) that a password keeping the rule matches. */
  pattern?: string
  /** Words that a password keeping the rule does not hold, whatever their case or accents. */
  without?: readonly string[]
  /** Whether the password of the last attempt kept it; null before the first. */
  kept: boolean | null
}
