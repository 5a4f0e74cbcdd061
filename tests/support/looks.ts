import path from 'node:path'
import type { Page } from 'playwright-core'
import { axeFindings } from './axe.ts'

/** Pictures of every page, for eyes, when a folder is named. */
const PICTURES = process.env['PICTURES_DIR']

/** Faults are looked for where `judged`; pictures are made of all. */
const LOOKS = [
  { name: '1280-claro', width: 1280, colorScheme: 'light', judged: true },
  { name: '1280-oscuro', width: 1280, colorScheme: 'dark', judged: false },
  { name: '390-claro', width: 390, colorScheme: 'light', judged: false },
  { name: '390-oscuro', width: 390, colorScheme: 'dark', judged: true },
  { name: '320-claro', width: 320, colorScheme: 'light', judged: true },
] as const

/** What a page must not have at any width, in either theme: sideways scroll, and faults of axe. */
export async function faultsInEveryLook(page: Page, name: string): Promise<string[]> {
  const faults: string[] = []
  for (const look of PICTURES ? LOOKS : LOOKS.filter(({ judged }) => judged)) {
    await page.setViewportSize({ width: look.width, height: 900 })
    await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: 'reduce' })
    const wide = await page.evaluate(
      'document.documentElement.scrollWidth > document.documentElement.clientWidth',
    )
    if (wide) faults.push(`${name} ${look.name}: scrolls sideways`)
    faults.push(...(await axeFindings(page)).map((text) => `${name} ${look.name}: ${text}`))
    if (PICTURES) {
      const file = path.join(PICTURES, `${name}-${look.name}.png`)
      await page.screenshot({ path: file, fullPage: true })
    }
  }
  return faults
}
