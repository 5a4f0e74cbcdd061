import type { Link } from './brand.ts'

/** What a page is: one of those one comes for, the way in, only a message, an error on the way. */
export type LayoutName = 'portal' | 'access' | 'plain' | 'error'

/** The pages under one address, when they have a name, a door and frames of their own. */
export type Section = {
  /** `/help`, and with it every address below; empty for all that no other section has. */
  readonly path: string
  /** «Banco Ceibo», behind the title of each page. */
  readonly name: string
  /** Where somebody lost is sent. */
  readonly home: Link
  /** Where somebody is sent who has to sign in. */
  readonly signIn: string
  /** The frames: `views/layouts/<name>.eta`. `error` is for who is signed in, others get `plain`. */
  readonly layouts: Readonly<Record<LayoutName, string>>
  /** A style sheet besides everybody's, by its name among the assets. */
  readonly sheet?: string
}

/** The first section that an address belongs to. Throws when there is none. */
export function sectionOf(sections: readonly Section[], url: string): Section {
  const found = sections.find(
    ({ path }) =>
      path === '' || (url.startsWith(path) && /^(?:[/?#]|$)/.test(url.slice(path.length))),
  )
  if (!found) throw new Error('No section takes what no other has')
  return found
}
