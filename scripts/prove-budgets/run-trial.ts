/** Spends one budget to its end with many callers at once. */

import type { Contender } from './contenders.ts'
import type { MeteredUpstream } from './upstream.ts'

export interface Trial {
  readonly calls: number
  readonly spentNano: number
  /** Answers of 503: the machine was too slow for so many at once. They are asked again. */
  readonly overloaded: number
}

const MOST_TOKENS = 100
/** A caller gives up after this many refusals: calls under way may give some of the budget back. */
const REFUSALS = 3
const PAUSE_MS = 10
const REFUSED = new Set([402, 429])
const OVERLOADED = 503
const OVERLOADED_PAUSE_MS = 500
/** Of one trial, for each caller, before the proof gives up. */
const MOST_OVERLOADED = 20

export async function runTrial(
  contender: Contender,
  callers: number,
  budget: string,
  upstream: MeteredUpstream,
): Promise<Trial> {
  let calls = 0
  let overloaded = 0
  const caller = async (seed: number): Promise<void> => {
    for (let refusals = 0, turn = 0; refusals < REFUSALS; turn++) {
      calls++
      // Any use from 1 to 100 tokens, the same in every run.
      const use = 1 + ((seed * 7919 + turn * 104_729) % MOST_TOKENS)
      const { status, text } = await ask(contender, seed, budget, use)
      if (REFUSED.has(status)) {
        refusals++
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      } else if (status === OVERLOADED && overloaded < MOST_OVERLOADED * callers) {
        overloaded++
        await new Promise((resolve) => setTimeout(resolve, OVERLOADED_PAUSE_MS))
      } else if (status !== 200) throw new Error(`${contender.name} answered ${status}: ${text.slice(0, 300)}`)
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(index + 1)))
  return { calls, spentNano: upstream.spentNano(budget), overloaded }
}

async function ask(
  { urls, headers, model }: Contender,
  seed: number,
  budget: string,
  use: number,
): Promise<{ status: number; text: string }> {
  const messages = [{ role: 'user', content: `budget=${budget} use=${use}` }]
  const reply = await fetch(urls[seed % urls.length] ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sluice-tags': `budget=${budget}`, ...headers },
    body: JSON.stringify({ model, messages, max_tokens: MOST_TOKENS, user: budget }),
  })
  return { status: reply.status, text: await reply.text() }
}
