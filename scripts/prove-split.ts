/** `npm run prove:split`: shares, sticky users, weights that change under traffic, and what becomes of canaries. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startCountingUpstream } from '../test/support/counting-upstream.ts'
import { startGateway } from '../test/support/gateway.ts'
import { startFleet } from './fleet/fleet.ts'
import { type Kind, simulate } from './prove-split/canaries.ts'
import { load } from './prove-split/load.ts'

const HELP = `Measures how traffic is split, over real processes, and judges simulated canaries.

  --calls N      calls of the 60/40 split (default: 10000)
  --users N      sticky users, each with five calls at three processes (default: 1000)
  --canaries N   simulated canaries of each kind (default: 1000)
  --seed S       of the simulation (default: 1)

Exit code 1 when a share is off by more than 4 standard deviations, a user flips, a call fails while weights change, or more than
5 % of good canaries are rolled back.
`

const { values: options } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000' },
    users: { type: 'string', default: '1000' },
    canaries: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

const CALLS_A_CANARY = 20_000
const KINDS: readonly Kind[] = [
  { name: 'equal: 1 % fail on both sides', failures: 0.01, slower: 1 },
  { name: 'better: none fail, 20 % faster', failures: 0, slower: 0.8 },
  { name: 'at the edge: fails exactly 2 points more', failures: 0.03, slower: 1 },
  { name: 'fails 20 %', failures: 0.2, slower: 1 },
  { name: 'twice as slow', failures: 0.01, slower: 2 },
]

process.exitCode = options.help ? help() : await main()

function help(): number {
  console.log(HELP)
  return 0
}

async function main(): Promise<number> {
  const faults: string[] = []
  const expect = (good: boolean, what: string): void => {
    console.log(`${good ? 'ok  ' : 'BAD '} ${what}`)
    if (!good) faults.push(what)
  }
  const upstream = await startCountingUpstream()
  try {
    await proveShares(upstream.url, expect)
    await proveReweighting(upstream.url, expect)
  } finally {
    await upstream.close()
  }
  proveCanaries(expect)
  console.log(faults.length === 0 ? 'Everything holds.' : `${faults.length} things do not hold.`)
  return faults.length === 0 ? 0 : 1
}

type Expect = (good: boolean, what: string) => void

function targets(first: number, second: number): string {
  return `targets: [{ name: a, model: open/a, weight: ${first} }, { name: b, model: open/b, weight: ${second} }]`
}

function documents(upstreamUrl: string, first = 60, second = 40): Record<string, string> {
  return {
    'sluice.yml': `bundle: split\nproviders:\n  open: { kind: vllm, base_url: ${upstreamUrl} }\n`,
    'routes/split.yml': `route: split\n${targets(first, second)}\n`,
    'routes/sticky.yml': `route: sticky\nsticky: user\n${targets(first, second)}\n`,
  }
}

async function proveShares(upstreamUrl: string, expect: Expect): Promise<void> {
  const fleet = await startFleet({
    documents: documents(upstreamUrl),
    edges: 2,
    leaseSeconds: 60,
    weather: () => 'fine',
  })
  try {
    const key = await fleet.appKey('default')
    const urls = fleet.members.map(({ url }) => url)
    const calls = Number(options.calls)
    const split = await load({ urls, key, model: 'split', calls, atOnce: 32 })
    const toA = split.targets.a ?? 0
    const sigma = (toA - calls * 0.6) / Math.sqrt(calls * 0.6 * 0.4)
    expect(
      Math.abs(sigma) <= 4 && split.failed === 0,
      `60/40 over ${calls} calls at 3 processes: ${toA} to ${calls - toA}, ${sigma.toFixed(2)} standard deviations, ${split.failed} failed`,
    )
    const users = Number(options.users)
    const seen = new Map<string, Set<string>>()
    const sticky = await load({
      urls,
      key,
      model: 'sticky',
      calls: users * 5,
      atOnce: 32,
      user: (call) => `user-${call % users}`,
      onAnswer: (call, target) => {
        const name = `user-${call % users}`
        seen.set(name, (seen.get(name) ?? new Set()).add(target))
      },
    })
    const flipped = [...seen.values()].filter((answered) => answered.size > 1).length
    const ofA = [...seen.values()].filter((answered) => answered.has('a')).length
    expect(
      flipped === 0 && sticky.failed === 0,
      `${users} sticky users, five calls each at 3 processes: ${flipped} flipped, ${ofA} have the first target`,
    )
  } finally {
    await fleet.close()
  }
}

/** Documents change while calls run; the gateway takes them up without failing one. */
async function proveReweighting(upstreamUrl: string, expect: Expect): Promise<void> {
  const gateway = await startGateway(documents(upstreamUrl), {}, ['--watch'])
  try {
    const write = (first: number, second: number): void =>
      writeFileSync(join(gateway.directory, 'routes/split.yml'), `route: split\n${targets(first, second)}\n`)
    const shares: [number, number][] = [
      [0, 100],
      [100, 0],
      [50, 50],
    ]
    let calls = 0
    let failed = 0
    const reached: boolean[] = []
    for (const [first, second] of shares) {
      write(first, second)
      let arrived = false
      for (let round = 0; round < 60 && !arrived; round++) {
        const part = await load({ urls: [gateway.url], key: gateway.appKey, model: 'split', calls: 100, atOnce: 8 })
        calls += 100
        failed += part.failed
        const toA = part.targets.a ?? 0
        arrived = first === 0 ? toA === 0 : second === 0 ? toA === 100 : toA > 20 && toA < 80
      }
      reached.push(arrived)
    }
    expect(
      failed === 0 && reached.every(Boolean),
      `weights changed three times under traffic: ${failed} of ${calls} calls failed, ${reached.filter(Boolean).length} of 3 changes arrived`,
    )
  } finally {
    await gateway.dispose()
  }
}

function proveCanaries(expect: Expect): void {
  const canaries = Number(options.canaries)
  for (const kind of KINDS) {
    const { promoted, rolledBack, open, callsUntilRollback } = simulate(
      kind,
      canaries,
      CALLS_A_CANARY,
      Number(options.seed),
    )
    const percent = (count: number): string => `${((100 * count) / canaries).toFixed(1)} %`
    const until = callsUntilRollback === undefined ? '' : `, typically after ${callsUntilRollback} of its own calls`
    const good = kind.failures <= 0.03 && kind.slower <= 1
    expect(
      good ? rolledBack <= canaries * 0.05 : rolledBack >= canaries * 0.95,
      `${canaries} canaries, ${kind.name}: ${percent(promoted)} promoted, ${percent(rolledBack)} rolled back${until}, ${percent(open)} undecided after ${CALLS_A_CANARY} calls`,
    )
  }
}
