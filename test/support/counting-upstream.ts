/** An upstream in OpenAI's format that uses exactly what a test says: `use 100` in the prompt makes an answer of 100 tokens. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CountingUpstream {
  readonly url: string
  readonly bodies: Record<string, unknown>[]
  /** How long each answer takes. */
  delayMs: number
  close(): Promise<void>
}

/** Starts on a free port of the loopback interface. Prompts cost 10 tokens; an answer is no longer than the request allows. */
export async function startCountingUpstream(): Promise<CountingUpstream> {
  const bodies: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const body = JSON.parse(text) as Record<string, unknown>
    bodies.push(body)
    const asked = Number(/use (\d+)/.exec(text)?.[1] ?? 10)
    const most = Number(body.max_completion_tokens ?? body.max_tokens ?? asked)
    const tokens = Math.min(asked, most)
    if (upstream.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, upstream.delayMs))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: body.model,
        choices: [{ index: 0, message: { role: 'assistant', content: 'counted' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 10, completion_tokens: tokens, total_tokens: 10 + tokens },
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const upstream: CountingUpstream = {
    url: `http://127.0.0.1:${port}`,
    bodies,
    delayMs: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return upstream
}
