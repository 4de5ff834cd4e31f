import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deriveSecrets } from '../../src/services/keys/secrets.ts'
import { ROOT } from '../support/gateway.ts'

const SECRET = 'a synthetic deployment secret of more than 32 characters'

describe('npx wrangler deploy --dry-run', () => {
  it('passes with nothing created first', () => {
    const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
    const result = spawnSync(process.execPath, [wrangler, 'deploy', '--dry-run'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' },
    })
    expect(result.status, result.stderr).toBe(0)
    expect(result.stdout).toContain('--dry-run: exiting now')
    expect(result.stdout).toContain('env.CONTROL')
  })
})

describe('the bundle in the Cloudflare simulator', () => {
  let miniflare: Miniflare

  function simulator(bindings: Record<string, string>): Miniflare {
    const build = join(ROOT, '.sluice/build')
    return new Miniflare(
      convertV4MiniflareOptions({
        modules: [
          { type: 'ESModule', path: join(build, 'worker.js') },
          { type: 'Data', path: join(build, 'intent.bin') },
        ],
        modulesRoot: build,
        compatibilityDate: '2026-10-01',
        compatibilityFlags: ['enable_request_signal'],
        bindings,
        durableObjects: {
          CONTROL: { className: 'Control', useSQLite: true },
          ACCOUNT: { className: 'Account', useSQLite: true },
          REPLIES: { className: 'Replies', useSQLite: true },
          CANARY: { className: 'Canary', useSQLite: true },
          ANSWERS: { className: 'AnswerCache', useSQLite: true },
        },
        cf: false,
      }),
    )
  }

  beforeAll(() => {
    miniflare = simulator({ SLUICE_SECRET: SECRET })
  })

  afterAll(() => miniflare.dispose())

  it('serves the same journey: key, embedded model, row', async () => {
    const secrets = await deriveSecrets(SECRET)
    if (!secrets.ok) throw new Error(secrets.error.message)
    const admin = { authorization: `Bearer ${secrets.value.rootAdminToken}`, 'content-type': 'application/json' }
    const created = await miniflare.dispatchFetch('http://sluice/admin/v1/keys', {
      method: 'POST',
      headers: admin,
      body: '{"team":"default"}',
    })
    const { key } = (await created.json()) as { key: string }
    const reply = await miniflare.dispatchFetch('http://sluice/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'default', messages: [{ role: 'user', content: 'what is the weather' }] }),
    })
    expect(reply.status).toBe(200)
    await miniflare.dispatchFetch('http://sluice/admin/v1/ledger/flush', { method: 'POST', headers: admin })
    const ledger = await miniflare.dispatchFetch('http://sluice/admin/v1/ledger', { headers: admin })
    expect((await ledger.json()) as unknown).toMatchObject({
      data: [{ route: 'default', outcome: 'ok', costNano: '0' }],
    })
  })

  it('says what to do when the deployment has no secret yet', async () => {
    const bare = simulator({})
    try {
      const reply = await bare.dispatchFetch('http://sluice/v1/chat/completions', { method: 'POST', body: '{}' })
      expect(reply.status).toBe(503)
      expect(await reply.text()).toContain('wrangler secret put SLUICE_SECRET')
    } finally {
      await bare.dispose()
    }
  })
})

describe('wrangler.toml and the local configuration', () => {
  it('name the same compatibility date and Durable Objects', async () => {
    const { workerdConfig } = await import('../../src/surfaces/cli/serve/workerd-config.ts')
    const local = workerdConfig({ host: 'h', port: 1, storage: '/s', dataModules: [], environment: [] })
    const remote = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')
    expect(local).toContain(/compatibility_date = ("[\d-]+")/.exec(remote)?.[1])
    for (const [, name = ''] of remote.matchAll(/class_name = "(\w+)"/g))
      expect(local).toContain(`className = "${name}"`)
  })
})
