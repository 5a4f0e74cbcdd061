import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** A piece of a page for whoever watches it, or an event without one. */
export type StreamMessage = { html: string } | { event: string }

/** Answers with messages as they come (server-sent events), until there are no more. */
export function eventStream(
  reply: FastifyReply,
  messages: AsyncIterable<StreamMessage>,
): FastifyReply {
  const text = Readable.from(written(messages), { objectMode: false })
  return reply
    .headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that gather answers would keep the news to themselves.
      'x-accel-buffering': 'no',
    })
    .send(text)
}

async function* written(messages: AsyncIterable<StreamMessage>): AsyncGenerator<string> {
  for await (const message of messages) yield linesOf(message)
}

function linesOf(message: StreamMessage): string {
  if ('event' in message) return `event: ${message.event}\ndata: \n\n`
  const lines = message.html.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`)
  return `${lines.join('')}\n`
}
