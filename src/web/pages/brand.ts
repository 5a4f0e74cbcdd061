/** A place to go: a link of the navigation, a menu or an error page. */
export type Link = {
  readonly href: string
  readonly text: string
  /** Name of an icon of the sprite. */
  readonly icon?: string
  /** The heading under which the side navigation lists it. */
  readonly group?: string
  /** How many wait there for this person; more than 99 are shown as such. */
  readonly count?: number
}

/** What every page and mail says of the bank. The policy's brand fits here as it is. */
export type Brand = {
  /** As customers call it: «Banco Ceibo». */
  readonly name: string
  /** As it signs: «BANCO CEIBO S.A.». */
  readonly legalName: string
  /** As printed, in groups: «1700 000 000». */
  readonly phone: string
  /** «lunes a viernes de 08:30 a 17:30». */
  readonly hours: string
  /** One line for the sign-in page. */
  readonly motto: string
  /** A sentence at the foot of mails; may be empty. */
  readonly mailFooter: string
  /** `#0b6650`. */
  readonly colour: string
  /** A square picture of the bank's own; null is `ceibo.svg`. */
  readonly logo: { readonly address: string } | null
}

/** Who is signed in, as far as the frame of a page shows it. A guard sets it on the request. */
export type Visitor = {
  /** «María José Paredes». */
  readonly name: string
  /** «MP». */
  readonly initials: string
  /** The places of the main navigation, five at most; all need an icon. */
  readonly navigation: readonly Link[]
  /** What the menu at the top right holds above «Cerrar sesión». */
  readonly menu: readonly Link[]
  /** Seconds without a request after which the session ends; 0: no warning is shown. */
  readonly idleSeconds: number
  /** False when the person turned the keyboard shortcuts off (WCAG 2.1.4). */
  readonly shortcuts: boolean
  /** Their registered address, masked, when no mail reaches it. */
  readonly unreachable?: string
  /** Somebody of the bank looks at a customer's pages: what they are told, and how they end it. */
  readonly watching?: { readonly text: string; readonly end: string }
}

/** The phone as a `tel:` link wants it. */
export function telephoneLink(phone: string): string {
  return `tel:${phone.replace(/[^+\d]/g, '')}`
}
