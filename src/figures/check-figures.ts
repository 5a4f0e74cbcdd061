import type { Db } from '../db/open.ts'
import type { Figure } from './figure.ts'
import { FigureSums } from './figure.ts'
import { figuresNamed } from './figure-store.ts'

/**
 * Holds the figures whose names begin so against what was counted anew. `db` must not change
 * meanwhile: give it a snapshot.
 *
 * @returns how many there are, and which are wrong
 */
export async function checkFigures(
  db: Db,
  prefix: string,
  counted: readonly Figure[],
): Promise<{ figures: number; problems: string[] }> {
  const kept = await figuresNamed(db, prefix)
  const lost = kept.map((figure) => ({ ...figure, value: -figure.value, cents: -figure.cents }))
  const byDay = new Map(kept.map((figure) => [`${figure.name} ${figure.day}`, figure]))
  const wrong = new FigureSums([...counted, ...lost]).all()
  const problems = wrong.map(({ name, day, value, cents }) => {
    const { value: said, cents: saidCents } = byDay.get(`${name} ${day}`) ?? NOTHING
    const found = `se cuentan ${said + value} y ${saidCents + cents} centavos`
    return `day_figure (${name}, ${day}): dice ${said} y ${saidCents} centavos; ${found}`
  })
  return { figures: kept.length, problems }
}

const NOTHING = { value: 0, cents: 0 }
