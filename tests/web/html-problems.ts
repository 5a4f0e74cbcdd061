import { HtmlValidate } from 'html-validate'

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // Templates leave blanks where a condition printed nothing; `<br>` needs no slash.
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    // A phone number in groups; what is dialled is in the link.
    'tel-non-breaking': 'off',
    // `<button>` in a form submits: that is what the portal's buttons are for.
    'no-implicit-button-type': 'off',
  },
})

/** What is wrong with the HTML of a whole page or a part, a line each; empty when all is well. */
export async function htmlProblems(html: string): Promise<string[]> {
  const report = await validator.validateString(html)
  return report.results.flatMap((result) =>
    result.messages.map(({ ruleId, message, line }) => `${line}: ${ruleId}: ${message}`),
  )
}
