/** Our costs against amounts that providers billed and against another project's arithmetic, exceptions listed with reasons. */

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asArray, asNumber, asObject, asString, type JsonObject, parseJson } from '../../ground/json.ts'
import type { Usage } from '../../ground/usage.ts'
import { findProvider } from '../../providers/index.ts'
import exceptions from './oracle-exceptions.json' with { type: 'json' }
import { type PricedCall, priceCall } from './price-call.ts'

const WIRE = resolve(import.meta.dirname, '../../..', process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const NOW = Date.UTC(2026, 10, 1)

interface Outcome {
  readonly key: string
  readonly priced: PricedCall
  readonly expectedNano: bigint
}

function read(name: string): string {
  return existsSync(`${WIRE}/${name}`) ? readFileSync(`${WIRE}/${name}`, 'utf8') : ''
}

function count(value: unknown, key: string): number {
  return asNumber(asObject(value)?.[key]) ?? 0
}

/** The usage of openai-chat and openai-responses bodies; `reasoningOnTop` as xAI's chat counts it. */
function usageOf(body: JsonObject, reasoningOnTop: boolean): Usage {
  const chat = body.prompt_tokens !== undefined
  const details = body.prompt_tokens_details ?? body.input_tokens_details
  const cacheRead = count(details, 'cached_tokens') + count(body, 'cache_read_input_tokens')
  const cacheWrite5m = count(details, 'cache_write_tokens')
  const reasoning = count(body.completion_tokens_details ?? body.output_tokens_details, 'reasoning_tokens')
  const output = count(body, chat ? 'completion_tokens' : 'output_tokens') - (reasoningOnTop && chat ? 0 : reasoning)
  const input = count(body, chat ? 'prompt_tokens' : 'input_tokens') - cacheRead - cacheWrite5m
  return { input, cacheRead, cacheWrite5m, output, reasoning, search: count(body, 'num_server_side_tools_used') }
}

function billed(): Outcome[] {
  return asArray(parseJson(read('cost-oracle.provider-billed.json')))
    .map(asObject)
    .filter((row) => row !== undefined)
    .map((row) => {
      const provider = asString(row.provider) ?? ''
      const model = asString(row.response_model) ?? ''
      const ours = findProvider(provider)
      const onTop = ours?.transport === 'http' && !ours.quirks.completionIncludesReasoning
      const usage = usageOf(asObject(row.usage) ?? {}, onTop)
      const expectedNano = BigInt(Math.round((asNumber(row.billed_usd) ?? 0) * 1e9))
      return { key: `${provider}/${model}`, priced: priceCall({ provider, model, usage, atMs: NOW }), expectedNano }
    })
}

/** Their names for providers we have. */
const NAMES: Readonly<Record<string, string>> = { 'x-ai': 'xai' }

function computed(): Outcome[] {
  const lines = read('usage-and-price.genai-prices.jsonl').split('\n')
  return lines.map((line) => asObject(parseJson(line))).flatMap((line) => (line ? computedOf(line) : []))
}

function computedOf(line: JsonObject): Outcome[] {
  const model = asString(line.model) ?? ''
  return asArray(line.extracted).flatMap((each) => {
    const usage = asObject(each)?.usage
    const [cacheRead, cacheWrite5m] = [count(usage, 'cache_read_tokens'), count(usage, 'cache_write_tokens')]
    const [audioIn, audioOut] = [count(usage, 'input_audio_tokens'), count(usage, 'output_audio_tokens')]
    const input = count(usage, 'input_tokens') - cacheRead - cacheWrite5m - audioIn
    const ours: Usage = {
      input,
      cacheRead,
      cacheWrite5m,
      audioIn,
      audioOut,
      output: count(usage, 'output_tokens') - audioOut,
    }
    return asArray(asObject(each)?.extractors).flatMap((value) => {
      const theirs = asObject(value)
      const id = asString(theirs?.provider_id) ?? ''
      const provider = NAMES[id] ?? id
      if (!findProvider(provider) || theirs?.input_price === undefined) return []
      const expectedNano = BigInt(Math.round((Number(theirs.input_price) + Number(theirs.output_price)) * 1e9))
      return [
        { key: `${provider}/${model}`, priced: priceCall({ provider, model, usage: ours, atMs: NOW }), expectedNano },
      ]
    })
  })
}

function wrongOf(outcomes: readonly Outcome[]): Set<string> {
  const wrong = outcomes.filter(({ priced, expectedNano }) => priced.known && priced.costNano !== expectedNano)
  return new Set(wrong.map(({ key }) => key))
}

function knownOf(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ priced }) => priced.known).length
}

const present = existsSync(`${WIRE}/cost-oracle.provider-billed.json`)

describe.skipIf(!present)(present ? 'costs against oracles' : 'skipped, no corpus', () => {
  it('gives to the nano-dollar what xAI billed, by the model that answered', () => {
    const ofXai = billed().filter(({ key }) => key.startsWith('xai/'))
    expect(ofXai.length).toBeGreaterThanOrEqual(90)
    for (const { key, priced, expectedNano } of ofXai)
      expect(priced, key).toMatchObject({ known: true, costNano: expectedNano })
  })

  it('differs from other billed amounts only where the exceptions say why', () => {
    const outcomes = billed()
    expect(wrongOf(outcomes)).toEqual(new Set(Object.keys(exceptions.billed)))
    expect(knownOf(outcomes)).toBeGreaterThanOrEqual(200)
  })

  it('differs from the other project only where the exceptions say why', () => {
    const outcomes = computed()
    expect(wrongOf(outcomes)).toEqual(new Set(Object.keys(exceptions.genaiPrices)))
    expect(knownOf(outcomes)).toBeGreaterThanOrEqual(650)
  })
})
