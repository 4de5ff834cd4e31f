import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_SECRETS, testDocuments } from '../support/documents.ts'
import { type FaultUpstream, startFaultUpstream } from '../support/fault-upstream.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { allRows } from '../support/ledger.ts'

let upstream: FaultUpstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startFaultUpstream()
  gateway = await startGateway(testDocuments(upstream.url), TEST_SECRETS)
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

interface Created {
  key: string
  id: string
}

function create(body: Record<string, unknown>): Promise<Created> {
  return gateway.admin<Created>('POST', '/admin/v1/keys', { team: 'default', ...body })
}

async function call(
  headers: Record<string, string>,
  model = 'open/plain',
): Promise<{ status: number; message: string }> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }] }),
  })
  const body = (await response.json()) as { error?: { message: string } }
  return { status: response.status, message: body.error?.message ?? '' }
}

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` })

describe('presenting a key', () => {
  it('is accepted under each of the four headers', async () => {
    for (const headers of [
      bearer(gateway.appKey),
      { 'x-api-key': gateway.appKey },
      { 'api-key': gateway.appKey },
      { 'x-goog-api-key': gateway.appKey },
    ]) {
      expect((await call(headers)).status).toBe(200)
    }
  })

  it('is refused when missing, made up, altered, or when two differ', async () => {
    const { key } = await create({ name: 'second' })
    expect((await call({})).status).toBe(401)
    expect((await call(bearer('sk-sluice-AAAAAAAAAA-BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBCCCCCC'))).status).toBe(401)
    const altered = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a')
    expect((await call(bearer(altered))).status).toBe(401)
    expect((await call({ ...bearer(gateway.appKey), 'x-api-key': key })).status).toBe(400)
    expect((await call({ ...bearer(gateway.appKey), 'x-api-key': gateway.appKey })).status).toBe(200)
  })

  it('is refused for an admin key, which only manages', async () => {
    expect((await call(bearer(gateway.adminKey))).status).toBe(403)
  })
})

describe('what a key may do', () => {
  it('uses only its routes, and other routes look as if they did not exist', async () => {
    const { key } = await create({ routes: ['default'] })
    const refused = await call(bearer(key))
    const unknown = await call(bearer(key), 'never/heard')
    expect(refused.status).toBe(404)
    expect(refused.message.replace('open/plain', '')).toBe(unknown.message.replace('never/heard', ''))
    expect((await call(bearer(key), 'default')).status).toBe(200)
    const models = await fetch(`${gateway.url}/v1/models`, { headers: bearer(key) })
    expect(((await models.json()) as { data: { id: string }[] }).data.map((model) => model.id)).toEqual(['default'])
  })

  it('writes its rows to its team', async () => {
    const { key, id } = await create({ team: 'red' })
    await call(bearer(key))
    await gateway.admin('POST', '/admin/v1/ledger/flush')
    const rows = await allRows(gateway, 'red')
    expect(rows.map((row) => [row.team, row.keyId])).toEqual([['red', id]])
  })

  it('stops within five seconds of being revoked, and its late calls have rows', async () => {
    const { key, id } = await create({ team: 'blue' })
    expect((await call(bearer(key))).status).toBe(200)
    const revokedAt = Date.now()
    await gateway.admin('DELETE', `/admin/v1/keys/${id}`)
    let status = 200
    while (status === 200 && Date.now() - revokedAt < 10_000) status = (await call(bearer(key))).status
    expect(status).toBe(401)
    expect(Date.now() - revokedAt).toBeLessThan(5000)
  })

  it('is replaced by rotation, and the old one works until the grace is over', async () => {
    const old = await create({ name: 'rotates' })
    const kept = await gateway.admin<Created>('POST', `/admin/v1/keys/${old.id}/rotate`, { grace_seconds: 3600 })
    expect((await call(bearer(old.key))).status).toBe(200)
    expect((await call(bearer(kept.key))).status).toBe(200)
    await gateway.admin<Created>('POST', `/admin/v1/keys/${kept.id}/rotate`, { grace_seconds: 0 })
    expect((await call(bearer(kept.key))).status).toBe(401)
  })

  it('ends when it expires', async () => {
    const { key } = await create({ expires_at: new Date(Date.now() + 1500).toISOString() })
    expect((await call(bearer(key))).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 1600))
    const expired = await call(bearer(key))
    expect(expired.status).toBe(401)
    expect(expired.message).toContain('expired')
  })
})

describe('bad key requests', () => {
  it.each([
    [{ team: 'ghost' }, 'team'],
    [{ team: 'default', role: 'owner' }, 'role'],
    [{ team: 'default', expires_at: 'tomorrow' }, 'expires_at'],
    [{ team: 'default', budget: 5 }, 'budget'],
  ])('%j is refused and names the field', async (body, field) => {
    const response = await fetch(`${gateway.url}/admin/v1/keys`, {
      method: 'POST',
      headers: { ...bearer(gateway.adminKey), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(field)
  })

  it('an unknown id is not found', async () => {
    const response = await fetch(`${gateway.url}/admin/v1/keys/nope`, {
      method: 'DELETE',
      headers: bearer(gateway.adminKey),
    })
    expect(response.status).toBe(404)
  })
})

describe('the command line', () => {
  it('creates, lists, rotates and revokes keys', async () => {
    const created = await gateway.cli('keys', 'create', '--team', 'red', '--name', 'from cli', '--json')
    const { key, id } = JSON.parse(created.stdout) as Created
    expect((await call(bearer(key))).status).toBe(200)
    expect((await gateway.cli('keys', 'list')).stdout).toContain(id)
    expect((await gateway.cli('keys', 'list')).stdout).not.toContain(key)
    expect((await gateway.cli('keys', 'revoke', id)).stdout).toContain('revoked')
    expect((await gateway.cli('keys', 'list')).stdout).toMatch(new RegExp(`${id}.*revoked`))
    const wrong = await gateway.cli('keys', 'create', '--team', 'ghost')
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('teams are blue, default, red')
  })
})
