import { parentPort } from 'node:worker_threads'
import { hearMessages } from '../../work/thread.ts'
import { DocumentMaker, type MakingRules, type MakingTask } from './document-maker.ts'
import { packMade } from './made-batch.ts'
import { openSigning } from './signing.ts'

/** The thread that makes documents. First it is told the rules; from then on it answers lists of tasks. */
let maker: Promise<DocumentMaker> | undefined

hearMessages(async (message: MakingRules | MakingTask[]) => {
  if (!Array.isArray(message)) {
    maker = openMaker(message)
    return
  }
  if (maker === undefined) throw new Error('Tasks came before the rules')
  const by = await maker
  const made = packMade(message.map((task) => by.make(task)))
  parentPort?.postMessage(made, [made.bytes])
})

async function openMaker(rules: MakingRules): Promise<DocumentMaker> {
  const signings = await Promise.all(rules.issuers.map(({ signing }) => openSigning(signing)))
  return new DocumentMaker(rules, signings)
}
