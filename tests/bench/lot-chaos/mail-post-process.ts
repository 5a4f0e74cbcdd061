import { openMailDrop } from '#tests/outbox/mail-drop.ts'

/** A mail server in a process of its own: tells its parent where, and what it has taken when asked. */
const drop = await openMailDrop()
process.on('message', (asked) => {
  process.send?.(asked === 'count' ? drop.count() : [...drop.taken])
})
process.on('disconnect', () => process.exit(0))
process.send?.(drop.url)
