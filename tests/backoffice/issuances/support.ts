import { draftOf } from '#fixtures/receipts/to-issue.ts'
import type { Db } from '#src/db/open.ts'
import type { Colleague } from '#tests/identity/staff/support.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { begin, foundBank, NOW, request } from '#tests/issuing/bank.ts'
import { FakeSri } from '#tests/issuing/fake-sri.ts'
import type { Works } from '#tests/issuing/works.ts'
import { openWorks } from '#tests/issuing/works.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'

export interface IssuingBank {
  readonly portal: TestPortal
  readonly db: Db
  readonly sri: FakeSri
  readonly works: Works
  /** Loads and corrects. */
  readonly diego: Colleague['browser']
  /** Approves. */
  readonly lucia: Colleague['browser']
}

/** The portal of a bank that issues, with two people of it and a tax authority that plays along. */
export async function issuingBank(db: Db): Promise<IssuingBank> {
  await foundBank(db)
  const sri = new FakeSri()
  const portal = await openPortal({ db, sri, start: NOW })
  const works = openWorks(db, { sri })
  const { browser: diego } = await colleague(portal, 'diego', 'loader')
  const { browser: lucia } = await colleague(portal, 'lucia', 'approver')
  return { portal, db, sri, works, diego, lucia }
}

/** One document that was sent and stands where the SRI's answer took it; its number here. */
export async function issueOne(
  { db, works }: IssuingBank,
  source = 'one',
  rounds = 2,
): Promise<number> {
  await begin(db, [request(source, draftOf())])
  await works.round(rounds)
  const { id } = await db
    .selectFrom('issuance')
    .select('id')
    .where('source', '=', source)
    .executeTakeFirstOrThrow()
  return id
}

export async function rowOf(db: Db, id: number) {
  return db.selectFrom('issuance').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** The fields of a form as a browser would send them. */
export function fieldsOf(body: string): Record<string, string> {
  const form = /<form class="pila amplia correccion"[\s\S]*?<\/form>/.exec(body)?.[0] ?? ''
  const inputs = [...form.matchAll(/<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)]
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, unescapeText(value)]))
}

function unescapeText(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
