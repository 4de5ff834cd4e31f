import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROUTE_TABLE } from '../../src/surfaces/http/route-table.ts'
import { TEST_SECRETS, testDocuments } from '../support/documents.ts'
import { type FaultUpstream, startFaultUpstream } from '../support/fault-upstream.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let upstream: FaultUpstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startFaultUpstream()
  const tight = 'policy: tight\nrequest: { max_body: 2 KiB, max_json_depth: 8 }\n'
  gateway = await startGateway(
    testDocuments(upstream.url, {
      'policies/tight.yml': tight,
      'routes/tight.yml': 'route: tight\naccepts: [chat]\ntargets: [{ model: open/plain }]\npolicies: [tight]\n',
      'routes/strict.yml': 'route: strict\naccepts: [chat]\ntargets: [{ model: claude/plain }]\npolicies: [lossless]\n',
      'policies/lossless.yml': 'policy: lossless\ntranslation: { lossy: refuse }\n',
    }),
    TEST_SECRETS,
  )
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

interface Reply {
  status: number
  headers: Headers
  body: { type?: string; error: { type: string; message: string; param?: string | null; code?: string | null } }
}

async function post(path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json', ...headers },
    body,
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Reply['body'] }
}

const DOORS = ['/v1/chat/completions', '/v1/messages']
const GOOD = JSON.stringify({ model: 'open/plain', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] })

describe('a request that cannot be served', () => {
  it.each(DOORS)('%s: is refused in the caller wire, and says what to do', async (path) => {
    const cases: [string, number, Promise<Reply>][] = [
      ['not JSON', 400, post(path, '{"model": ')],
      ['not an object', 400, post(path, '[1,2]')],
      ['invalid UTF-8', 400, post(path, new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]))],
      ['a key twice', 400, post(path, '{"model":"open/plain","model":"default"}')],
      ['no model', 400, post(path, '{"messages":[]}')],
      ['a model that is not text', 400, post(path, '{"model":["open/plain"]}')],
      ['an unknown model', 404, post(path, '{"model":"nope","messages":[]}')],
      ['stream that is not a boolean', 400, post(path, '{"model":"open/plain","stream":"yes","messages":[]}')],
      ['wrong content type', 415, post(path, GOOD, { 'content-type': 'text/plain' })],
      [
        'nested 200 levels deep',
        400,
        post(path, `{"model":"open/plain","messages":${'['.repeat(200)}${']'.repeat(200)}}`),
      ],
      [
        'nested 100000 levels deep',
        400,
        post(path, `{"model":"open/plain","messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      ],
      [
        'larger than the limit',
        413,
        post(path, JSON.stringify({ model: 'open/plain', pad: 'x'.repeat(21 * 1024 * 1024) })),
      ],
    ]
    for (const [name, status, reply] of cases) {
      const { status: got, body, headers } = await reply
      expect(got, name).toBe(status)
      expect(body.error.message.length, name).toBeGreaterThan(20)
      expect(body.type === 'error', name).toBe(path === '/v1/messages')
      expect(headers.get('x-sluice-request-id'), name).toMatch(/^req_/)
    }
    expect(upstream.requests).toHaveLength(0)
  })

  it('is held to the limits of its own route', async () => {
    expect((await post('/v1/chat/completions', JSON.stringify({ model: 'tight', pad: 'x'.repeat(3000) }))).status).toBe(
      413,
    )
    expect(
      (await post('/v1/chat/completions', `{"model":"tight","messages":${'['.repeat(9)}${']'.repeat(9)}}`)).status,
    ).toBe(400)
    expect((await post('/v1/messages', '{"model":"tight","messages":[]}')).status).toBe(400)
  })

  it('is refused rather than trimmed where the policy says so', async () => {
    const body = { model: 'strict', messages: [{ role: 'user', content: 'x' }], logit_bias: { 5: 1 } }
    const refused = await post('/v1/chat/completions', JSON.stringify(body))
    expect(refused.status).toBe(400)
    expect(refused.body.error.message).toContain('logit_bias')
  })

  it('never repeats the prompt in an error', async () => {
    const { body } = await post(
      '/v1/chat/completions',
      '{"model":"open/plain","messages":[{"content":"my secret plan"} oops]}',
    )
    expect(body.error.message).not.toContain('secret plan')
  })
})

describe('a path or method that does not exist', () => {
  it('answers 404 and 405 in the shape the caller expects', async () => {
    const unknown = await post('/v1/nothing', '{}')
    expect(unknown.status).toBe(404)
    expect(unknown.body.error.type).toBe('invalid_request_error')
    const anthropic = await post('/v1/nothing', '{}', { 'anthropic-version': '2023-06-01' })
    expect(anthropic.body).toMatchObject({ type: 'error', error: { type: 'not_found_error' } })
    const wrong = await fetch(`${gateway.url}/v1/messages`)
    expect(wrong.status).toBe(405)
    expect(wrong.headers.get('allow')).toBe('POST')
    expect(await wrong.json()).toMatchObject({ type: 'error' })
  })

  it('has no route without auth, body limit and guard scope stated', () => {
    for (const row of ROUTE_TABLE) {
      expect(['none', 'app', 'admin']).toContain(row.auth)
      expect(row.path.startsWith('/admin/') ? row.auth === 'admin' : true, row.path).toBe(true)
      if (row.auth === 'none') expect(['/health', '/', '/docs', '/openapi.json']).toContain(row.path)
      if (row.method === 'POST' && row.handler === 'call') expect(row.guardScope, row.path).not.toBe('none')
    }
  })

  it('refuses every route to strangers, and admin routes to app keys', async () => {
    for (const row of ROUTE_TABLE.filter((row) => row.auth !== 'none')) {
      const path = row.path.replace(/:\w+(\{.*\})?/, 'x')
      const stranger = await fetch(`${gateway.url}${path}`, { method: row.method })
      expect(stranger.status, `${row.method} ${path}`).toBe(401)
      if (row.auth !== 'admin') continue
      const app = await fetch(`${gateway.url}${path}`, {
        method: row.method,
        headers: { authorization: `Bearer ${gateway.appKey}` },
      })
      expect(app.status, `${row.method} ${path}`).toBe(403)
    }
  })
})

describe('raw bytes on the socket', () => {
  it('closes or refuses a malformed request and goes on serving', async () => {
    const { port } = new URL(gateway.url)
    for (const bytes of [
      'GET / HTTP/9.9\r\n\r\n',
      '\0\0\0\0',
      'POST /v1/messages HTTP/1.1\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.end(bytes))
        socket.on('close', () => resolve())
        socket.on('error', () => resolve())
        socket.resume()
      })
    }
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200)
  })
})
