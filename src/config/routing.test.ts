import { describe, expect, it } from 'vitest'
import { compileBundle } from './compile.ts'
import type { KnownProvider } from './known-providers.ts'
import { formatProblem } from './problem.ts'
import { secretsOf } from './secrets-of.ts'

const KNOWN: KnownProvider[] = [
  { name: 'acme', local: false, selfHosted: false, needsBaseUrl: false, endpoints: ['chat'], secretName: 'ACME_KEY' },
  { name: 'mine', local: false, selfHosted: true, needsBaseUrl: true, endpoints: ['chat'] },
]
const key = (name: string): string => `"\${secret.${name}}"`

function compile(sluice: string, route = 'targets: [acme/a]', policy = '') {
  return compileBundle(
    [
      { path: 'sluice.yml', text: `bundle: b\n${sluice}` },
      { path: 'routes/r.yml', text: `route: r\n${route}\n` },
      ...(policy ? [{ path: 'policies/p.yml', text: `policy: p\ndefault: true\n${policy}\n` }] : []),
    ],
    { providers: KNOWN, target: undefined },
  )
}

async function revisionOf(...parts: Parameters<typeof compile>) {
  const compiled = await compile(...parts)
  if (!compiled.ok) throw new Error(compiled.problems.map((problem) => formatProblem(problem)).join('\n'))
  return compiled.revision
}

async function problemsOf(...parts: Parameters<typeof compile>): Promise<string[]> {
  const compiled = await compile(...parts)
  return compiled.ok ? [] : compiled.problems.map((problem) => formatProblem(problem))
}

describe('how a route chooses', () => {
  it('is in the revision where the document says so, and nowhere else', async () => {
    const plain = await revisionOf('')
    expect(Object.keys(plain.routes[0] ?? {})).not.toContain('choose')
    const { routes } = await revisionOf(
      '',
      `choose: fastest\nsticky: header:x-room\ntargets: [{ model: acme/a, when: { tags: { tier: gold }, teams: [red], stream: true, max_input_tokens: 9 } }]\nfallback: [{ model: acme/b, on: [timeout] }]`,
    )
    expect(routes[0]).toMatchObject({ choose: 'fastest', sticky: 'header:x-room' })
    expect(routes[0]?.targets[0]?.when).toEqual({
      tags: { tier: ['gold'] },
      teams: ['red'],
      stream: true,
      maxInputTokens: 9,
    })
    expect(routes[0]?.fallback[0]?.on).toEqual(['timeout'])
  })

  it('is refused where it is no way to choose', async () => {
    expect(await problemsOf('', 'choose: best\ntargets: [acme/a]')).toHaveLength(1)
    expect(await problemsOf('', 'sticky: header:X Room\ntargets: [acme/a]')).toHaveLength(1)
    expect(await problemsOf('', 'targets: [acme/a]\nfallback: [{ model: acme/b, on: [bad_luck] }]')).toHaveLength(1)
    expect(await problemsOf('', 'targets: [{ model: acme/a, when: { teem: [x] } }]')).toHaveLength(1)
  })
})

describe('a model with versions', () => {
  const models = 'models: { bot: { versions: { v1: acme/a, v2: acme/b }, aliases: { champion: v2 } } }'

  it('is what its alias or version points at, under the name that the route gave it', async () => {
    const { routes } = await revisionOf(models, 'targets: [bot@champion, { name: old, model: bot@v1 }]')
    expect(routes[0]?.targets).toMatchObject([
      { name: 'bot@champion', provider: 'acme', model: 'b' },
      { name: 'old', provider: 'acme', model: 'a' },
    ])
  })

  it('is missed where it is not there', async () => {
    expect(await problemsOf(models, 'targets: [bot@champoin]')).toEqual([
      'routes/r.yml:2:11 error: the model "bot" has no alias or version "champoin"; did you mean "champion"?',
    ])
    expect((await problemsOf(models, 'targets: [bat@1]'))[0]).toContain('there is no model "bat"')
    expect((await problemsOf('models: { bot: { versions: { v1: acme/a }, aliases: { champion: v3 } } }'))[0]).toContain(
      'the model "bot" has no version "v3"',
    )
  })
})

describe('a provider', () => {
  it('may have several credentials, all of which routes need', async () => {
    const revision = await revisionOf(`providers: { acme: { api_keys: [${key('A')}, ${key('B')}] } }`)
    expect(revision.providers.acme).toMatchObject({ secret: 'A', moreSecrets: ['B'] })
    expect(secretsOf(revision, KNOWN).map(({ name }) => name)).toEqual(['A', 'B'])
  })

  it('has its credentials in one place, each once, and never in clear', async () => {
    const both = `providers: { acme: { api_key: ${key('A')}, api_keys: [${key('B')}] } }`
    expect((await problemsOf(both))[0]).toContain('has both api_key and api_keys')
    expect((await problemsOf(`providers: { acme: { api_keys: [${key('A')}, ${key('A')}] } }`))[0]).toContain(
      'stands twice',
    )
    expect((await problemsOf('providers: { acme: { api_keys: [hunter2] } }'))[0]).toContain(
      'api_keys must be a reference',
    )
  })

  it('of your own may say when it is ready, how much it takes and what it costs', async () => {
    const revision = await revisionOf(
      'providers: { mine: { base_url: http://127.0.0.1:8000/v1, health: /health, cold_start: 90s, max_concurrent: 4, gpu: { dollars_per_hour: 3.6, input_tokens_per_second: 10000, output_tokens_per_second: 500 } } }',
      'targets: [mine/a]',
    )
    expect(revision.providers.mine).toMatchObject({ healthPath: '/health', coldStartMs: 90_000, maxConcurrent: 4 })
    // 3.60 dollars an hour is a thousandth of a dollar a second: 0.10 dollars a million read, 2.00 a million written.
    expect(revision.prices?.overrides[0]).toMatchObject({
      provider: 'mine',
      prices: { input: 100_000, output: 2_000_000 },
    })
  })

  it('of others is not asked for its health', async () => {
    expect((await problemsOf('providers: { acme: { health: /health } }'))[0]).toContain('servers of your own')
    expect(
      (
        await problemsOf('providers: { mine: { base_url: http://127.0.0.1:1, cold_start: 1s } }', 'targets: [mine/a]')
      )[0],
    ).toContain('cold_start needs health')
  })
})

describe('policies about failures', () => {
  it('count at their strictest', async () => {
    const { routes } = await revisionOf(
      '',
      undefined,
      'retries: { attempts: 2, max_wait: 1s, hedge_after: 300ms }\ntimeouts: { connect: 2s, keep_alive: 20s }',
    )
    expect(routes[0]?.policy).toMatchObject({
      maxAttempts: 2,
      maxRetryWaitMs: 1000,
      hedgeAfterMs: 300,
      connectTimeoutMs: 2000,
      keepAliveMs: 20_000,
    })
  })
})
