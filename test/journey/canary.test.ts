import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultUpstream, startFaultUpstream } from '../support/fault-upstream.ts'
import { runCli, startGateway, type TestGateway, writeDocuments } from '../support/gateway.ts'

let upstream: FaultUpstream
let gateway: TestGateway

const canary = (terms: string): string => `{ name: challenger, model: ${terms} }`

beforeAll(async () => {
  upstream = await startFaultUpstream()
  const route = (name: string, challenger: string, terms: string): Record<string, string> => ({
    [`routes/${name}.yml`]: `route: ${name}\ntargets:\n  - { name: champion, model: open/plain }\n  - { name: challenger, model: open/${challenger}, canary: ${terms} }\n`,
  })
  gateway = await startGateway({
    'sluice.yml': `bundle: canary\nproviders:\n  open: { kind: vllm, base_url: ${upstream.url} }\n`,
    ...route('failing', 'status:500', '{ steps: [50%], min_calls: 30, rollback_if: { error_rate: 5% } }'),
    ...route('fine', 'plain', '{ steps: [50%, 75%], step_for: 1ms, min_calls: 30, rollback_if: { error_rate: 90% } }'),
    ...route('judged', 'plain', '{ steps: [50%], min_calls: 30, rollback_if: { feedback: 10% } }'),
    ...route('patient', 'plain', '{ steps: [50%], promote: manual, rollback_if: { error_rate: 90% } }'),
  })
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

async function targetsOf(model: string, calls: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (let call = 0; call < calls; call++) {
    const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
    })
    expect(reply.status).toBe(200)
    const target = reply.headers.get('x-sluice-target') ?? ''
    counts[target] = (counts[target] ?? 0) + 1
    await reply.arrayBuffer()
  }
  return counts
}

interface Shown {
  readonly phase: string
  readonly share: number
  readonly events: readonly { readonly what: string }[]
}

async function shown(route: string): Promise<Shown> {
  return JSON.parse((await gateway.cli('canary', 'status', route, '--json')).stdout)
}

/** Calls go on until the canary has come where it must; every reply is checked to be good. */
async function until(route: string, phase: string): Promise<Shown> {
  for (let round = 0; round < 40; round++) {
    await targetsOf(route, 50)
    const found = await shown(route)
    if (found.phase === phase) return found
  }
  return shown(route)
}

describe('a canary', () => {
  it('that fails is rolled back, and no app has seen an error', async () => {
    expect(await until('failing', 'rolled-back')).toMatchObject({
      share: 0,
      events: [{ what: 'rolled-back' }, { what: 'started' }],
    })
    await new Promise((resolve) => setTimeout(resolve, 2100))
    await targetsOf('failing', 5) // the isolate hears of it
    const before = upstream.requests.length
    expect(await targetsOf('failing', 20)).toEqual({ champion: 20 })
    expect(upstream.requests.length - before).toBe(20)
    const text = (await gateway.cli('canary', 'status', 'failing')).stdout
    expect(text).toMatch(/failing: challenger is rolled-back at 0% of the calls/)
    expect(text).toMatch(/error rate +0% +100% +higher by 5% +worse/)
  })

  it('that does well takes one step after the other, and then every call', async () => {
    expect(await until('fine', 'promoted')).toMatchObject({
      share: 1,
      events: [{ what: 'promoted' }, { what: 'stepped' }, { what: 'started' }],
    })
    await new Promise((resolve) => setTimeout(resolve, 2100))
    await targetsOf('fine', 5)
    expect(await targetsOf('fine', 20)).toEqual({ challenger: 20 })
  })

  it('that people like less is rolled back', async () => {
    const rate = (requestId: string | null, score: number): Promise<Response> =>
      fetch(`${gateway.url}/v1/feedback`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ request_id: requestId, score }),
      })
    let phase = ''
    for (let round = 0; round < 10 && phase !== 'rolled-back'; round++) {
      for (let call = 0; call < 40; call++) {
        const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'judged', messages: [{ role: 'user', content: 'hello' }] }),
        })
        await reply.arrayBuffer()
        const id = reply.headers.get('x-sluice-request-id')
        const liked = reply.headers.get('x-sluice-target') === 'champion'
        expect(await (await rate(id, liked ? 1 : 0)).json()).toMatchObject({ request_id: id, first: true })
        if (call === 0) expect(await (await rate(id, 0.5)).json()).toMatchObject({ first: false })
      }
      phase = (await shown('judged')).phase
    }
    expect(phase).toBe('rolled-back')
    expect((await rate('req_nobodys_0', 1)).status).toBe(404)
    expect((await rate('req_nobodys_0', 2)).status).toBe(400)
  })

  it('is moved by an admin too', async () => {
    await targetsOf('patient', 5)
    expect((await gateway.cli('canary', 'promote', 'patient')).stdout).toContain(
      'patient: challenger is promoted at 100%',
    )
    expect((await gateway.cli('canary', 'rollback', 'patient')).stdout).toContain('rolled-back at 0%')
    const stray = await gateway.cli('canary', 'promote', 'nowhere')
    expect([stray.code, stray.stderr]).toEqual([
      1,
      expect.stringContaining('routes with one are failing, fine, judged, patient'),
    ])
    expect((await gateway.cli('canary')).code).toBe(1)
  })
})

describe('what is wrong with a canary', () => {
  it.each([
    ['{ steps: [50%, 5%] }', 'the steps must rise'],
    ['{ steps: [100%] }', 'each step must be above 0% and below 100%'],
    ['{ rollback_if: { error_rat: 2% } }', 'error_rat'],
    ['{ rollback_if: { latency: 20% } }', 'must be a factor such as 1.5x'],
    ['{ rollback_if: {} }', 'rollback_if must name at least one measure'],
    ['{}, weight: 5', 'a canary has no weight'],
  ])('%s: is said with its place', async (terms, words) => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-canary-'))
    writeDocuments(directory, {
      'sluice.yml': 'bundle: wrong\n',
      'routes/r.yml': `route: r\ntargets:\n  - edge/intent\n  - ${canary(`openai/gpt-5.4, canary: ${terms}`)}\n`,
    })
    const { code, stderr, stdout } = await runCli(['validate'], directory)
    rmSync(directory, { recursive: true })
    expect([code, stderr + stdout]).toEqual([1, expect.stringContaining(words)])
    expect(stderr + stdout).toMatch(/routes\/r\.yml:4:\d+/)
  })
})
