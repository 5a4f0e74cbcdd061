import { readConfig } from '#src/config.ts'
import { openContext } from '#src/context.ts'
import { WebhookPost } from '#src/practice/webhooks/webhook-post.ts'
import { WebhookWorker } from '#src/practice/webhooks/webhook-worker.ts'

// A worker in a process of its own, to be killed: <the time that it is there>
const [time = ''] = process.argv.slice(2)
const reading = readConfig(process.env, 'keys')
if (!reading.ok) throw new Error(reading.problems.join('\n'))
const context = openContext(reading.config, { info() {}, warn() {}, error() {} })
const post = new WebhookPost({ allowsLoopback: true })
const worker = new WebhookWorker({ ...context, post, now: () => new Date(time) })
while ((await worker.runOnce()) > 0);
await post.close()
await context.db.destroy()
