import type { ReceiptScope, ScopePart } from '../../receipts/scope/scope.ts'

/** Whether all of `asked` may still be read by who may read `now`, by whichever grants. */
export function covers(now: ReceiptScope, asked: ReceiptScope): boolean {
  return asked.every((part) => now.some((wider) => holds(wider, part)))
}

function holds(wider: ScopePart, part: ScopePart): boolean {
  if (wider.partyId !== part.partyId) return false
  const from = wider.from === null || (part.from !== null && part.from >= wider.from)
  const to = wider.to === null || (part.to !== null && part.to <= wider.to)
  const named = wider.recipient === null || wider.recipient === part.recipient
  return from && to && named && hasKinds(wider.kinds, part.kinds)
}

function hasKinds(wider: ScopePart['kinds'], some: ScopePart['kinds']): boolean {
  if (wider.length === 0) return true
  return some.length > 0 && some.every((kind) => wider.includes(kind))
}

/** What may be read of one taxpayer. */
interface Share {
  readonly partyId: number
  readonly scope: ReceiptScope
}

/** A scope taxpayer by taxpayer, in its order. */
export function sharesOf(scope: ReceiptScope): Share[] {
  return [...Map.groupBy(scope, ({ partyId }) => partyId)].map(([partyId, some]) => {
    return { partyId, scope: some }
  })
}

/** Whether all of one taxpayer's receipts may be read. */
export function isWhole({ scope }: Share): boolean {
  return scope.some(({ from, to, kinds, recipient }) => {
    return from === null && to === null && kinds.length === 0 && recipient === null
  })
}
