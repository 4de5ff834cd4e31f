import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, startGateway, type TestGateway } from '../support/gateway.ts'
import { rowOf } from '../support/ledger.ts'

let gateway: TestGateway
let servers: Server[] = []
const seen: { path: string; body: Record<string, unknown> }[] = []
const ports: Record<'cold' | 'never', number> = { cold: 0, never: 0 }

beforeAll(async () => {
  ports.cold = await freePort()
  ports.never = await freePort()
  gateway = await startGateway({
    'sluice.yml': `
bundle: own-servers
providers:
  cold:
    kind: vllm
    base_url: http://127.0.0.1:${ports.cold}/v1
    health: /health
    cold_start: 20s
    gpu: { dollars_per_hour: 3.6, input_tokens_per_second: 10000, output_tokens_per_second: 500 }
  flaky: { kind: vllm, base_url: "http://127.0.0.1:${ports.cold}/v1", health: /health }
  never: { kind: vllm, base_url: "http://127.0.0.1:${ports.never}/v1", health: /health, cold_start: 600ms }
`,
    'routes/cold.yml': 'route: cold\ntargets: [cold/m]\n',
    'routes/flaky.yml': 'route: flaky\ntargets: [flaky/m]\npolicies: [once]\n',
    'policies/once.yml': 'policy: once\nretries: { attempts: 1 }\n',
    'routes/never.yml': 'route: never\ntargets: [never/m]\n',
  })
})

afterAll(async () => {
  await gateway.dispose()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

let ready = false

/** A server that listens at once and is ready later, as engines are that load their weights. */
function startServer(port: number): void {
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    seen.push({ path: request.url ?? '', body: text === '' ? {} : JSON.parse(text) })
    if (request.url === '/health') return void response.writeHead(ready ? 200 : 503).end()
    if (!ready) return void response.writeHead(503).end('{"error":{"message":"loading"}}')
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        id: 'x',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, message: { role: 'assistant', content: 'ready' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010 },
      }),
    )
  })
  server.listen(port, '127.0.0.1')
  servers = [...servers, server]
}

function ask(model: string, more: Record<string, unknown> = {}): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }], ...more }),
  })
}

describe('a server of your own', () => {
  it('that is still starting is waited for, and its work has a price', async () => {
    const waiting = ask('cold', { guided_choice: ['a', 'b'], best_of: 3 })
    setTimeout(() => startServer(ports.cold), 500)
    setTimeout(() => {
      ready = true
    }, 1200)
    const reply = await waiting
    expect(reply.status).toBe(200)
    expect(await reply.text()).toContain('ready')
    expect(seen.filter(({ path }) => path === '/health').length).toBeGreaterThanOrEqual(2)
    const call = seen.findLast(({ path }) => path.endsWith('/chat/completions'))
    // What only the engine knows goes on as it is.
    expect(call?.body).toMatchObject({ guided_choice: ['a', 'b'], best_of: 3 })
    const row = await rowOf(gateway, reply.headers.get('x-sluice-request-id'))
    expect(row.decisions?.join()).toContain('waiting for the server of cold/m to start')
    // A thousandth of a dollar a second: 1,000 tokens at 10,000 a second and 10 at 500.
    expect(row.costNano).toBe('120000')
  })

  it('that never starts is given up after its time', async () => {
    const reply = await ask('never')
    expect([502, 503]).toContain(reply.status)
    const row = await rowOf(gateway, reply.headers.get('x-sluice-request-id'))
    expect(row).toMatchObject({ outcome: 'error' })
    expect(row.decisions?.join()).toContain('waiting for the server of never/m to start')
  })

  it('that failed is asked for its health before it gets calls again', async () => {
    ready = false
    for (let call = 0; call < 5; call++) expect((await ask('flaky')).status).toBe(503)
    await new Promise((resolve) => setTimeout(resolve, 5100))
    const before = seen.length
    expect((await ask('flaky')).status).toBe(503)
    expect(seen.slice(before).map(({ path }) => path)).toEqual(['/health'])
    ready = true
    await new Promise((resolve) => setTimeout(resolve, 10_100))
    expect((await ask('flaky')).status).toBe(200)
    expect(seen.slice(before).map(({ path }) => path)).toEqual(['/health', '/health', '/v1/chat/completions'])
  })
})
