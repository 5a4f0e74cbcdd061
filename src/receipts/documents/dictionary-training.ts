/** Text is compared in windows of this many bytes; anything shorter is found without help. */
const WINDOW = 12
const TABLE_BITS = 21

/** How many samples have to say the same before it is a phrase of the bank and not of a person. */
const SHARED_BY_MIN = 3
const SHARED_BY_FRACTION = 1 / 12

/**
 * A stretch of text goes on over a gap of up to this many bytes (a signature value, a name). The
 * compressor remembers distances, so what follows the gap costs next to nothing when the gap of
 * the document at hand is as long.
 */
const GAP_MAX = 400
const STRETCH_MIN = 40
const FILLER = '0'.charCodeAt(0)

/**
 * Learns what the documents of a bank have in common (element names, the issuer's data, its
 * certificate) from some of them: stretches of text that several share, in their natural order,
 * each once, the most typical last, where the compressor finds it cheapest. What only one or two
 * say, such as a customer's name, is blotted out.
 *
 * @param samples whole documents, about a hundred, of every kind
 * @param size at most this many bytes
 */
export function trainDictionary(samples: readonly Uint8Array[], size: number): Uint8Array {
  const read = samples.map((text) => ({ text, slots: slotsOf(text) }))
  const shared = countSharing(read)
  const least = Math.max(SHARED_BY_MIN, Math.ceil(samples.length * SHARED_BY_FRACTION))
  const taken = new Uint8Array(1 << TABLE_BITS)
  const chosen: Uint8Array[] = []
  let room = size
  for (const sample of mostTypicalFirst(read, shared)) {
    for (const stretch of stretchesOf(sample, shared, least, taken)) {
      // Of one that is too long the end counts most: every document ends in the signature.
      const fitting = stretch.length > room ? stretch.subarray(stretch.length - room) : stretch
      if (fitting.length < STRETCH_MIN) continue
      room -= fitting.length
      chosen.push(fitting)
    }
  }
  return Buffer.concat(chosen.reverse())
}

interface Sample {
  text: Uint8Array
  /** Where in the tables each of its windows counts. */
  slots: Uint32Array
}

/** For each window of text, the number of samples that hold it; collisions only blur it a little. */
function countSharing(samples: readonly Sample[]): Uint16Array {
  const counts = new Uint16Array(1 << TABLE_BITS)
  const last = new Uint16Array(1 << TABLE_BITS)
  for (const [index, { slots }] of samples.entries()) {
    for (const slot of slots) {
      if (last[slot] === index + 1) continue
      last[slot] = index + 1
      counts[slot] = (counts[slot] ?? 0) + 1
    }
  }
  return counts
}

function mostTypicalFirst(samples: readonly Sample[], shared: Uint16Array): Sample[] {
  const typicality = ({ slots }: Sample) => {
    let sum = 0
    for (const slot of slots) sum += shared[slot] ?? 0
    return sum / Math.max(slots.length, 1)
  }
  return samples
    .map((sample) => ({ sample, score: typicality(sample) }))
    .sort((a, b) => b.score - a.score)
    .map(({ sample }) => sample)
}

/** The shared text of a sample that no other has given yet, with what is not shared blotted out. */
function stretchesOf(
  { text, slots }: Sample,
  shared: Uint16Array,
  least: number,
  taken: Uint8Array,
): Uint8Array[] {
  const keep = new Uint8Array(text.length)
  for (const [at, slot] of slots.entries()) {
    if ((shared[slot] ?? 0) >= least && taken[slot] !== 1) keep.fill(1, at, at + WINDOW)
  }
  for (const [at, slot] of slots.entries()) if (keep[at] === 1) taken[slot] = 1
  const blotted = text.map((byte, at) => (keep[at] === 1 ? byte : FILLER))
  return runsOf(keep).map(({ start, end }) => blotted.subarray(start, end))
}

/** Where kept bytes stand together, gaps up to `GAP_MAX` included, crumbs left out. */
function runsOf(keep: Uint8Array): { start: number; end: number }[] {
  const runs: { start: number; end: number; kept: number }[] = []
  let run: { start: number; end: number; kept: number } | undefined
  for (let at = 0; at < keep.length; at += 1) {
    if (keep[at] !== 1) continue
    if (!run || at - run.end > GAP_MAX) {
      run = { start: at, end: at, kept: 0 }
      runs.push(run)
    }
    run.end = at + 1
    run.kept += 1
  }
  return runs.filter(({ kept }) => kept >= STRETCH_MIN)
}

/** FNV-1a of each window. */
function slotsOf(text: Uint8Array): Uint32Array {
  const slots = new Uint32Array(Math.max(0, text.length - WINDOW + 1))
  for (let at = 0; at < slots.length; at += 1) {
    let hash = 2_166_136_261
    for (let next = at; next < at + WINDOW; next += 1) {
      hash = Math.imul(hash ^ (text[next] ?? 0), 16_777_619)
    }
    slots[at] = (hash ^ (hash >>> 15)) & ((1 << TABLE_BITS) - 1)
  }
  return slots
}
