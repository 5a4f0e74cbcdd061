import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { baseDictionary } from './base-dictionary.ts'
import { trainDictionary } from './dictionary-training.ts'
import { addDictionary, newestDictionary } from './document-store.ts'
import type { Dictionary } from './stored-document.ts'
import { dictionaryOf, packDocument } from './stored-document.ts'

/** Twice as much saves one byte in a hundred and costs a sixth more time. */
const DICTIONARY_BYTES = 8 * 1024
/** Fewer documents teach more about persons than about the bank. */
const SAMPLES_MIN = 60
/** Documents that shrink to a fifth are served well enough. */
const GOOD_RATIO = 0.2
/** A new dictionary has to be worth its place: a tenth smaller. */
const GAIN_MIN = 0.1

/**
 * The dictionary for a load, in the database before anything is packed with it: the newest, unless
 * one learnt from the documents at hand would make them clearly smaller, as happens with a bank's
 * first load and when its certificate changes.
 *
 * @param samples documents spread over the load; fewer than `SAMPLES_MIN` teach nothing
 */
export async function chooseDictionary(
  db: Db,
  samples: readonly Uint8Array[],
  now: Date,
): Promise<Dictionary> {
  const newest = await newestDictionary(db)
  const current = newest ?? baseDictionary
  const better = samples.length < SAMPLES_MIN ? null : learnBetter(samples, current)
  if (better) await transaction(db, (tx) => addDictionary(tx, better, now))
  else if (!newest) await transaction(db, (tx) => addDictionary(tx, current, now))
  return better ?? current
}

/** Learns from every other sample and is tried on the rest, so that it proves more than memory. */
function learnBetter(samples: readonly Uint8Array[], current: Dictionary): Dictionary | null {
  const tried = samples.filter((_, at) => at % 2 === 1)
  const unpacked = tried.reduce((sum, sample) => sum + sample.byteLength, 0)
  const now = packedSize(tried, current)
  if (now < unpacked * GOOD_RATIO) return null
  const learnt = samples.filter((_, at) => at % 2 === 0)
  const candidate = dictionaryOf(trainDictionary(learnt, DICTIONARY_BYTES))
  return packedSize(tried, candidate) < now * (1 - GAIN_MIN) ? candidate : null
}

function packedSize(samples: readonly Uint8Array[], dictionary: Dictionary): number {
  return samples.reduce((sum, file) => sum + packDocument(file, dictionary, '').bytes.byteLength, 0)
}
