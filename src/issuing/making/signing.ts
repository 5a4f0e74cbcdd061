import type { SignatureVerdict } from '../../receipts/signatures/signature-verdict.ts'

/** What signs documents and looks at what it signed. */
export interface Signing {
  /**
   * @param xml what is to be signed, with its declaration
   * @param signedAt named in the signature, to the second
   * @returns the signed text, whose characters in UTF-8 are final
   */
  sign(xml: string, signedAt: Date): string
  /** What the signature of what it signed is worth. */
  judge(signed: string): SignatureVerdict
}

/**
 * How a thread comes to sign: a module whose `openSigning(data)` answers a `Signing`, and what it is
 * given, plain data. A key cannot be handed to a thread in any other way.
 */
export interface SigningPlan {
  readonly module: string
  readonly data: unknown
}

interface SigningModule {
  openSigning(data: unknown): Signing
}

export async function openSigning({ module, data }: SigningPlan): Promise<Signing> {
  const opened = (await import(module)) as SigningModule
  return opened.openSigning(data)
}
