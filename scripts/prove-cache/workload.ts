/** What the cache does for a help desk: many people ask few things, in their own words. */

import { type Rig, UPSTREAM_MS } from './rig.ts'

const TOPICS = [
  'reset my password',
  'cancel my order',
  'return a parcel',
  'change my address',
  'pay by invoice',
  'close my account',
  'track a delivery',
  'get a refund',
  'add a user',
  'export my data',
]
const PLACES = [
  'in the app',
  'on the web',
  'by phone',
  'from Norway',
  'from Brazil',
  'with 2 users',
  'with 5 users',
  'on a Sunday',
]
const FORMS: readonly ((what: string) => string)[] = [
  (what) => `How do I ${what}?`,
  (what) => `how do I ${what}`,
  (what) => `How can I ${what}?`,
  (what) => `Hi, how do I ${what}?`,
  (what) => `Can you tell me how to ${what}?`,
]
const AT_ONCE = 4

/** The same calls on a route that keeps nothing, one that keeps exact answers, and one that looks for other words too. */
export async function measureWorkload(rig: Rig, calls: number, random: () => number): Promise<void> {
  const questions = TOPICS.flatMap((topic) => PLACES.map((place) => `${topic} ${place}`))
  const log = Array.from({ length: calls }, () => {
    // The n-th most asked is asked an n-th as often.
    const rank = Math.floor(questions.length ** random()) - 1
    const form = FORMS[Math.floor(random() ** 2 * FORMS.length)]
    return form?.(questions[rank] ?? '') ?? ''
  })
  console.log(
    `workload: ${calls} calls about ${questions.length} things, ${new Set(log).size} different texts; the upstream takes ${UPSTREAM_MS} ms`,
  )
  for (const route of ['plain', 'exact', 'near']) await replay(rig, route, route === 'plain' ? log.slice(0, 100) : log)
}

async function replay(rig: Rig, route: string, log: readonly string[]): Promise<void> {
  const times: Record<string, number[]> = {}
  let next = 0
  const before = rig.upstream.requests.length
  const worker = async (): Promise<void> => {
    for (let question = log[next++]; question !== undefined; question = log[next++]) {
      const { cache, ms } = await rig.ask(route, question, rig.key)
      const what = cache ?? 'error'
      times[what] = [...(times[what] ?? []), ms]
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const paid = rig.upstream.requests.length - before
  console.log(`  ${route.padEnd(6)} hit rate ${((1 - paid / log.length) * 100).toFixed(1).padStart(5)} %`)
  for (const [what, all] of Object.entries(times))
    console.log(
      `         ${what.padEnd(9)}${String(all.length).padStart(5)} calls, p50 ${quantile(all, 0.5)} ms, p99 ${quantile(all, 0.99)} ms`,
    )
}

function quantile(values: readonly number[], share: number): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN).toFixed(1)
}
