/** A scripted upstream that keeps its own account of every token it served: the truth that ledgers are held against. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a token of an answer costs in this proof; prompts are free. */
export const NANO_A_TOKEN = 10_000
const ANSWER_TAKES_MS = 5
/** Connections that wait to be accepted. */
const MOST_WAITING = 4096

export interface MeteredUpstream {
  readonly url: string
  /** Nano-dollars served for one budget, named in the prompt as `budget=NAME`. */
  spentNano(budget: string): number
  /** By budget. */
  served(): ReadonlyMap<string, number>
  close(): Promise<void>
}

/** Answers with as many tokens as the prompt says (`use=N`), but no more than the request allows. */
export async function startMeteredUpstream(): Promise<MeteredUpstream> {
  const spent = new Map<string, number>()
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const most = Number(/"max_(?:completion_)?tokens":\s*(\d+)/.exec(text)?.[1] ?? Number.MAX_SAFE_INTEGER)
    const tokens = Math.min(Number(/use=(\d+)/.exec(text)?.[1] ?? 1), most)
    const budget = /budget=([\w-]+)/.exec(text)?.[1] ?? ''
    spent.set(budget, (spent.get(budget) ?? 0) + tokens * NANO_A_TOKEN)
    await new Promise((resolve) => setTimeout(resolve, ANSWER_TAKES_MS))
    const message = { role: 'assistant', content: 'x' }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({
        id: 'c',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        usage: { prompt_tokens: 9, completion_tokens: tokens, total_tokens: 9 + tokens },
      }),
    )
  })
  // A connection closed while it is being used again, or refused in a burst, would be a fault that is not studied here.
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: MOST_WAITING }, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spentNano: (budget) => spent.get(budget) ?? 0,
    served: () => spent,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
