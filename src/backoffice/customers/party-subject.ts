/** A party as proposals and the chain name it. */
export function partySubject(partyId: number): string {
  return `party:${partyId}`
}

/** The party that a subject names. Throws for any other subject. */
export function partyOfSubject(subject: string): number {
  const [, id] = /^party:(\d{1,15})$/.exec(subject) ?? []
  if (!id) throw new Error(`Not a party: ${subject}`)
  return Number(id)
}
