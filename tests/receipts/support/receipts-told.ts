/** How many receipts the page of a list says that there are. */
export function receiptsTold(body: string): number {
  return Number(/([\d.]+) comprobantes?</.exec(body)?.[1]?.replaceAll('.', '') ?? 0)
}
