export interface FiguresTables {
  day_figure: DayFigureTable
}

/** How often something happened on a day in the whole bank, and the money of it: see src/figures. */
interface DayFigureTable {
  name: string
  day: string
  value: number
  cents: number
}
