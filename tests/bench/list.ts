import type { Visit } from './list-server.ts'
import { inListWorld, type ListWorld, type Shot } from './list-world.ts'

const ROUNDS = 5
const BUSY = { seconds: 2, connections: 10 }
const CALM = { seconds: 20, perSecond: 50 }

/**
 * The list of customers with 10, 1,000 and 100,000 receipts among `total`: requests per second and
 * latency, against a bare Fastify sending the same page from memory and rendering it, by turns;
 * fifty others at a calm pace, for latency; then a text search over all of the 100,000, and their table.
 */
export function benchList(total: number, kept: string | undefined) {
  return inListWorld(total, kept, async (world) => {
    // Others of the crowd by turns, most of them for the first time: what a visitor waits for.
    const calm = await world.shoot(`${world.address}/comprobantes`, world.crowd, CALM)
    const pages = []
    for (const visit of world.visits) pages.push(await shootPages(world, visit))
    const { rssMb } = await world.figures()
    return {
      receiptsInDatabase: total,
      calm,
      pages,
      rssMb,
      textSearch: await searchText(world),
      table: await downloadTable(world),
    }
  })
}

async function shootPages({ address, baseAddress, shoot }: ListWorld, visit: Visit) {
  const { receipts, bytes } = visit
  const targets = {
    page: () => shoot(`${address}/comprobantes`, [visit.cookie], BUSY),
    memory: () => shoot(`${baseAddress}/memory/${receipts}`, [], BUSY),
    render: () => shoot(`${baseAddress}/render/${receipts}`, [], BUSY),
  }
  const shots: Record<keyof typeof targets, Shot[]> = { page: [], memory: [], render: [] }
  // The first round warms up and is thrown away.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of ['page', 'memory', 'render'] as const) {
      const shot = await targets[name]()
      if (round > 0) shots[name].push(shot)
    }
  }
  const [page, memory, render] = [shots.page, shots.memory, shots.render].map(median) as [
    Shot,
    Shot,
    Shot,
  ]
  const ofRender = page.perSecond / render.perSecond
  const ofRenderCpu = render.cpuMicros / page.cpuMicros
  return { receipts, bytes, page, memory, render, ofRender, ofRenderCpu }
}

function median(shots: readonly Shot[]): Shot {
  const of = (name: keyof Shot) =>
    shots.map((shot) => shot[name]).sort((a, b) => a - b)[Math.floor(shots.length / 2)] ?? 0
  return {
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMicros: of('cpuMicros'),
  }
}

/** One after another: what somebody who types waits for. */
async function searchText({ address, visits, shoot, figures }: ListWorld) {
  const url = `${address}/comprobantes?q=tarjeta&periodo=rango`
  const shot = await shoot(url, [visits.at(-1)?.cookie ?? ''], { seconds: 5, connections: 1 })
  return { ...shot, rssMb: (await figures()).rssMb }
}

async function downloadTable({ address, visits, figures }: ListWorld) {
  await figures()
  const started = performance.now()
  const headers = { cookie: visits.at(-1)?.cookie ?? '' }
  const answer = await fetch(`${address}/comprobantes.csv?periodo=rango`, { headers })
  let bytes = 0
  for await (const piece of answer.body ?? []) bytes += piece.length
  const seconds = (performance.now() - started) / 1000
  return { status: answer.status, bytes, seconds, ...(await figures()) }
}
