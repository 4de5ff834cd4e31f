import { describe, expect, it } from 'vitest'
import { compileBundle } from './compile.ts'
import { effectivePolicy } from './effective-policy.ts'
import { amountAt } from './limit-settings.ts'
import { policyDocument } from './policy-document.ts'
import { formatProblem } from './problem.ts'
import type { EffectivePolicy } from './revision.ts'

const KNOWN = [
  {
    name: 'edge',
    local: true,
    selfHosted: false,
    needsBaseUrl: false,
    endpoints: ['chat' as const],
    models: ['intent'],
  },
]

async function problemsOf(...lines: string[]): Promise<string[]> {
  const files = [
    { path: 'sluice.yml', text: 'bundle: test\n' },
    { path: 'routes/a.yml', text: 'route: a\ntargets: [edge/intent]\n' },
    { path: 'policies/p.yml', text: `policy: p\ndefault: true\n${lines.join('\n')}\n` },
  ]
  const compiled = await compileBundle(files, { providers: KNOWN })
  return (compiled.ok ? [] : compiled.problems).map((problem) => formatProblem(problem))
}

async function policyOf(...lines: string[]): Promise<EffectivePolicy | undefined> {
  const files = [
    { path: 'sluice.yml', text: 'bundle: test\n' },
    { path: 'routes/a.yml', text: 'route: a\ntargets: [edge/intent]\n' },
    { path: 'policies/p.yml', text: `policy: p\ndefault: true\n${lines.join('\n')}\n` },
  ]
  const compiled = await compileBundle(files, { providers: KNOWN })
  if (!compiled.ok) throw new Error(compiled.problems.map((problem) => formatProblem(problem)).join('\n'))
  return compiled.revision.routes[0]?.policy
}

const limitOf = async (line: string) => (await policyOf('limits:', `  - ${line}`))?.limits?.[0]

describe('limits in a policy', () => {
  it('are one line each', async () => {
    expect(await limitOf('{ requests: 60, every: minute, per: key }')).toEqual({
      id: 'p/requests/minute/key',
      measure: 'requests',
      amount: 60,
      per: 'key',
      window: { every: 'minute', zone: 'UTC' },
      enforce: 'hard',
    })
    expect(await limitOf('{ tokens: 100k, every: hour, per: user }')).toMatchObject({
      measure: 'tokens',
      amount: 100_000,
      per: 'user',
    })
    expect(await limitOf('{ usd: 50, every: day, per: team, zone: Europe/Berlin }')).toMatchObject({
      id: 'p/usd/day/Europe/Berlin/team',
      amount: 50e9,
      window: { every: 'day', zone: 'Europe/Berlin' },
    })
    expect(await limitOf('{ concurrent: 20, per: route }')).toStrictEqual({
      id: 'p/concurrent/route',
      measure: 'concurrent',
      amount: 20,
      per: 'route',
      enforce: 'hard',
    })
    expect(
      await limitOf('{ usd: 1000, every: month, per: organisation, soft: true, alert: [95%, 80%, 95%] }'),
    ).toMatchObject({
      id: 'p/usd/month/organisation/soft',
      enforce: 'soft',
      alertPercent: [80, 95],
    })
    expect(
      await limitOf('{ input_tokens: 1.5M, sliding: 24h, per: tag(project), shadow: true, name: try }'),
    ).toMatchObject({
      id: 'p/try',
      amount: 1_500_000,
      per: 'tag',
      tag: 'project',
      window: { slidingMs: 86_400_000 },
      enforce: 'shadow',
    })
    expect(await limitOf('{ usd: 0.25, every: quarter, fiscal_start: 04-06, per: model }')).toMatchObject({
      amount: 250_000_000,
      window: { every: 'quarter', zone: 'UTC', fiscalStart: { month: 4, day: 6 } },
    })
  })

  it('end, and change for a while, at the end of a date in their zone or at a time', async () => {
    const limit = await limitOf(
      '{ usd: 50, every: day, per: team, zone: Pacific/Auckland, until: 2026-12-31, override: { usd: 80, until: 2026-11-30T18:00Z } }',
    )
    if (!limit) throw new Error('no limit')
    const at = (text: string): number | undefined => amountAt(limit, Date.parse(text))
    expect(at('2026-11-30T17:59:59Z')).toBe(80e9)
    expect(at('2026-11-30T18:00:00Z')).toBe(50e9)
    // Auckland is 13 hours ahead in December.
    expect(at('2026-12-31T10:59:59Z')).toBe(50e9)
    expect(at('2026-12-31T11:00:00Z')).toBeUndefined()
  })

  it('of all policies hold; the strictest word about money counts', () => {
    const parse = (policy: object) => policyDocument.parse(policy)
    const assume = (input: number, output: number) => ({ on_unknown_price: 'assume', assume: { input, output } })
    const a = parse({ policy: 'a', limits: [{ requests: 1, every: 'day', per: 'key' }], budget: assume(1, 20) })
    const b = parse({
      policy: 'b',
      limits: [{ requests: 1, every: 'day', per: 'key' }],
      budget: assume(5, 10),
      accounting: 'strict',
    })
    const c = parse({ policy: 'c', budget: { on_unknown_price: 'refuse' }, max_tokens: 'refuse', accounting: 'leased' })
    expect(effectivePolicy([a, b])).toMatchObject({
      limits: [{ id: 'a/requests/day/key' }, { id: 'b/requests/day/key' }],
      assumedPrice: { inputPico: 5e6, outputPico: 20e6 },
      strictAccounting: true,
    })
    expect(effectivePolicy([a, b])).not.toHaveProperty('refuseUncovered')
    expect(effectivePolicy([a, c])).toMatchObject({ refuseUncovered: true })
    expect(effectivePolicy([a, c])).not.toHaveProperty('assumedPrice')
    expect(effectivePolicy([])).not.toHaveProperty('limits')
  })

  it.each([
    ['{ request: 60, every: minute, per: key }', '4:7 error: unknown key "request"; did you mean "requests"?'],
    [
      '{ every: minute, per: key }',
      '4:5 error: entry 1 of "limits" must have exactly one of requests, input_tokens, output_tokens, tokens, usd, concurrent',
    ],
    [
      '{ requests: 1, usd: 1, every: day, per: key }',
      '4:5 error: entry 1 of "limits" must have exactly one of requests, input_tokens, output_tokens, tokens, usd, concurrent',
    ],
    ['{ requests: 60, per: key }', '4:5 error: entry 1 of "limits" must have a window: either every or sliding'],
    [
      '{ requests: 60, every: day, sliding: 24h, per: key }',
      '4:5 error: entry 1 of "limits" must have a window: either every or sliding',
    ],
    ['{ requests: 60, every: minute }', '4:5 error: "per" is missing'],
    [
      '{ requests: 60, every: minut, per: key }',
      '4:28 error: "every" must be one of second, minute, hour, day, week, month, quarter, year; did you mean "minute"?',
    ],
    [
      '{ requests: 60, every: minute, per: keys }',
      '4:41 error: "per" must be one of key, user, team, organisation, route, model or tag(NAME)',
    ],
    ['{ requests: 1.5, every: minute, per: key }', '4:17 error: "requests" must be a whole number from 1 to 1000000G'],
    ['{ requests: 0, every: minute, per: key }', '4:17 error: "requests" must be a whole number from 1 to 1000000G'],
    [
      '{ tokens: many, every: minute, per: key }',
      '4:15 error: "tokens" must be a whole number such as 60, 100k or 1.5M',
    ],
    ['{ usd: -5, every: day, per: key }', '4:12 error: "usd" must be above 0 and at most 9000000 dollars'],
    ['{ usd: five, every: day, per: key }', '4:12 error: "usd" must be an amount in US dollars such as 50 or 0.25'],
    [
      '{ usd: 5, every: day, per: key, zone: Europe/Berln }',
      '4:43 error: "zone" must be a time zone such as Europe/Berlin or UTC',
    ],
    ['{ usd: 5, sliding: 24h, per: key, zone: Europe/Berlin }', '4:45 error: "zone" has no effect without every'],
    [
      '{ usd: 5, every: day, per: key, fiscal_start: 04-06 }',
      '4:51 error: "fiscal_start" goes with every: month, quarter or year only',
    ],
    [
      '{ concurrent: 5, every: day, per: key }',
      '4:29 error: "every" cannot stand with concurrent, which counts this moment',
    ],
    ['{ usd: 5, sliding: 2y, per: key }', '4:24 error: "sliding" must be a length of time such as 30s, 24h or 7d'],
    [
      '{ usd: 5, every: day, per: key, soft: true, shadow: true }',
      '4:57 error: "shadow" cannot stand with soft: it only counts',
    ],
    [
      '{ usd: 5, every: day, per: key, alert: [80] }',
      '4:45 error: entry 1 of "alert" must be text, not a number; put it in quotes',
    ],
    [
      '{ concurrent: 5, per: key, alert: [80%] }',
      '4:39 error: "alert" cannot stand with concurrent, which is never used up',
    ],
    [
      '{ usd: 5, every: day, per: key, override: { requests: 8, until: 2026-12-01 } }',
      '4:47 error: "override" must have usd and until',
    ],
    [
      '{ usd: 5, every: day, per: key, until: soon }',
      '4:44 error: "until" must be a date such as 2026-12-31 or a time such as 2026-12-31T18:00Z',
    ],
  ])('%s', async (line, problem) => {
    expect(await problemsOf('limits:', `  - ${line}`)).toEqual([`policies/p.yml:${problem}`])
  })

  it('stand once in a policy, unless they have names', async () => {
    const line = '  - { requests: 60, every: minute, per: key }'
    expect(await problemsOf('limits:', line, line)).toEqual([
      'policies/p.yml:5:5 error: this limits the same as entry 1 of "limits" at policies/p.yml:4:5; remove one, or give one a `name`',
    ])
    expect(await problemsOf('limits:', line, '  - { requests: 60, every: minute, per: key, name: other }')).toEqual([])
  })

  it('need prices to assume where a policy assumes', async () => {
    expect(await problemsOf('budget: { on_unknown_price: assume }')).toEqual([
      'policies/p.yml:3:29 error: "on_unknown_price" needs `assume` with the prices to count',
    ])
  })
})
