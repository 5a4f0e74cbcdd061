/** A file of customers as proposals and the chain name it. */
export function loadSubject(id: number): string {
  return `customers:${id}`
}

/** The file that a subject names. Throws for any other subject. */
export function loadOfSubject(subject: string): number {
  const [, id] = /^customers:(\d{1,15})$/.exec(subject) ?? []
  if (!id) throw new Error(`Not a file of customers: ${subject}`)
  return Number(id)
}
