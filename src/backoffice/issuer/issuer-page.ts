import type { Db } from '../../db/open.ts'
import { allWaitingOf, waitingAbout } from '../../identity/staff/approvals/approval-store.ts'
import { ISSUERS } from '../../identity/staff/rights.ts'
import { issuerSubject } from '../../issuing/issuer/change-issuer.ts'
import type { EmissionPoint, Issuer } from '../../issuing/issuer/issuer.ts'
import { establishmentsOf, pointsOf } from '../../issuing/issuer/issuer-store.ts'
import { ENVIRONMENT_WORDS, issuerFacts } from '../../issuing/issuer/issuer-words.ts'
import { nextNumbersOf } from '../../issuing/numbering/kept-number-store.ts'
import { seriesSubject } from '../../issuing/numbering/move-series.ts'
import { documentKinds } from '../../sri/kinds.ts'
import type { EstablishmentOnScreen, IssuerOnScreen } from './views.ts'

export function issuerOnScreen({ ruc, name, environment }: Issuer): IssuerOnScreen {
  return {
    href: `${ISSUERS}/${ruc}`,
    name,
    ruc,
    environment: ENVIRONMENT_WORDS[environment],
    isProduction: environment === 'production',
  }
}

/** One issuer with its establishments and their points. */
export async function describeIssuer(db: Db, issuer: Issuer) {
  const establishments = await establishmentsOf(db, issuer.id)
  const points = Map.groupBy(await pointsOf(db, issuer.id), ({ establishment }) => establishment)
  const { id: _, ...record } = issuer
  const onScreen = issuerOnScreen(issuer)
  return {
    ...onScreen,
    facts: issuerFacts(record),
    establishments: establishments.map(
      ({ code, address }): EstablishmentOnScreen => ({
        code,
        address,
        points: (points.get(code) ?? []).map(({ point, active, isDefault }) => ({
          href: `${onScreen.href}/puntos/${code}-${point}`,
          name: `${code}-${point}`,
          active,
          isDefault,
        })),
      }),
    ),
    waiting: await waitingAbout(db, 'issuer.change', issuerSubject(issuer.ruc)),
  }
}

/** One point with the number that comes next of each kind. */
export async function describePoint(db: Db, issuer: Issuer, place: EmissionPoint) {
  const { establishment, point, active, isDefault, address } = place
  const name = `${establishment}-${point}`
  const next = await nextNumbersOf(db, issuer.id, issuer.environment)
  const subjects = documentKinds.map(({ kind }) =>
    seriesSubject(issuer, { kind, establishment, point }),
  )
  const waiting = await allWaitingOf(db, 'series.move', subjects)
  return {
    issuer: issuerOnScreen(issuer),
    href: `${ISSUERS}/${issuer.ruc}/puntos/${name}`,
    name,
    address,
    active,
    isDefault,
    series: documentKinds.map(({ kind, name: kindName, slug }, at) => ({
      slug,
      kind: kindName,
      next: nextWords(next.get(`${kind} ${name}`)),
      waiting: waiting.get(subjects[at] ?? '') ?? null,
    })),
  }
}

function nextWords(next: number | undefined): string {
  return next === undefined ? 'Sin empezar' : String(next).padStart(9, '0')
}
