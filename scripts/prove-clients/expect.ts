/** Assertions that several clients' checks share. */

import assert from 'node:assert/strict'
import type { Bench } from './proof.ts'
import { standIn } from './stand-ins.ts'
import { CITIES, PERSON, type Scenario, TEXT, THINKING, USAGE } from './upstream/scenario.ts'
import { VECTOR } from './upstream/tasks.ts'

export const SYSTEM = 'You are the keeper of a sluice.'
export const QUESTION = 'Is the sluice open?'
export const WEATHER_QUESTION = 'What is the weather?'

/** What the tool says about a city; distinct, so that a swapped result shows. */
export function weatherOf(city: unknown): string {
  return city === CITIES[0] ? '21 degrees' : city === CITIES[1] ? '4 degrees' : `no such city: ${JSON.stringify(city)}`
}

export const WEATHER_SCHEMA = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const, description: 'Name of the city' } },
  required: ['city'],
  additionalProperties: false as const,
}

/** A tool without arguments. */
export const EMPTY_SCHEMA = { type: 'object' as const, properties: {}, additionalProperties: false as const }
export const TIME = 'noon'

export const PERSON_SCHEMA = {
  type: 'object' as const,
  properties: { name: { type: 'string' as const }, age: { type: 'integer' as const } },
  required: ['name', 'age'],
  additionalProperties: false as const,
}

/** What an app may see when the provider refuses: its own credential is not the app's fault, overload is one of two. */
export const REFUSED_WITH: readonly (readonly [scenario: Scenario, statuses: readonly (number | undefined)[]])[] = [
  ['error-429', [429]],
  ['error-400', [400]],
  ['error-401', [502]],
  ['error-503', [503, 529]],
]

export function expectText(text: unknown): void {
  assert.equal(text, TEXT)
}

export function expectThinking(text: unknown): void {
  assert.equal(text, THINKING)
}

export function expectPerson(value: unknown): void {
  assert.deepEqual(typeof value === 'string' ? JSON.parse(value) : value, PERSON)
}

export function expectWeather(text: unknown): void {
  assert.equal(text, 'Weather: 21 degrees')
}

export function expectBothWeathers(text: unknown): void {
  assert.equal(text, 'Weather: 21 degrees and 4 degrees')
}

/** Tokens of the text scenario, the whole prompt counted together with its cached part. */
export function expectUsage(bench: Bench, input: unknown, output: unknown, cached?: unknown): void {
  assert.deepEqual({ input, output }, { input: USAGE.input, output: USAGE.output })
  if (cached !== undefined && standIn(bench.upstream).countsCache) assert.equal(cached, USAGE.cached)
}

export function expectVector(vector: unknown): void {
  assert.deepEqual([...(vector as Iterable<number>)], [...VECTOR])
}

export function expectTime(text: unknown): void {
  assert.equal(text, `Time: ${TIME}`)
}

/** What the upstream's last chat request said, with system prompt and question where they belong. */
export function expectAsked(bench: Bench, system = SYSTEM, question = QUESTION): void {
  const seen = bench.take().findLast((arrival) => arrival.seen)?.seen
  assert.ok(seen, 'no readable chat request reached the upstream')
  assert.equal(seen.system, system)
  assert.equal(seen.userText, question)
}

/** The error the work ends with; fails when it ends well. */
export function failure(work: PromiseLike<unknown>): Promise<unknown> {
  return Promise.resolve(work).then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error,
  )
}
