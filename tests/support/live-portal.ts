import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import type { Config } from '#src/config.ts'
import { launchChromium } from './chromium.ts'
import type { TestPortal } from './portal.ts'
import { openPortal } from './portal.ts'
import { freePort } from './processes.ts'

/** The portal on a port, as a browser meets it. Its clock starts now, because browsers have one. */
export interface LivePortal extends TestPortal {
  url: string
}

export async function openLivePortal(more: Partial<Config> = {}): Promise<LivePortal> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const portal = await openPortal({ start: new Date(), config: { ...more, port, publicUrl: url } })
  await portal.app.listen({ host: '127.0.0.1', port })
  return { ...portal, url }
}

/** A real browser for a file of tests. */
export async function openChromium(): Promise<Browser> {
  const browser = await launchChromium()
  return browser
}

export interface Visit {
  page: Page
  context: BrowserContext
  /** What the console complained of: blocked by the CSP, failed scripts, missing files. */
  complaints: string[]
}

/** A window of its own, with its own cookies; closed when the test ends. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    locale: 'es-EC',
    timezoneId: 'America/Guayaquil',
    viewport: { width: 1280, height: 900 },
    // The fade between two pages would race with what a test does next.
    reducedMotion: 'reduce',
    ...options,
  })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // A refused form is 422 and a stranger's page 404: the browser logs those as failed loads.
    const expected = /status of (404|422|429)/.test(message.text())
    if (message.type() === 'error' && !expected) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { page, context, complaints }
}
