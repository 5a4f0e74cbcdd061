import fs from 'node:fs'
import path from 'node:path'
import type { Dictionary } from './stored-document.ts'
import { dictionaryOf } from './stored-document.ts'

/**
 * What documents of any issuer have in common, for a database that has not learnt its own bank's
 * yet. The file is written by `fixtures/receipts/train-base-dictionary.ts`; a changed file is
 * another dictionary, so documents packed with the old one still find theirs in the database.
 */
export const baseDictionary: Dictionary = dictionaryOf(
  fs.readFileSync(path.join(import.meta.dirname, 'base-dictionary.txt')),
)
