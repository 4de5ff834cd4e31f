/** Every row of usage and price that another project worked out from real replies with its own table. */

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { asArray, asObject, asString, type JsonObject, parseJson } from '../../src/ground/json.ts'
import { findProvider } from '../../src/providers/index.ts'
import { priceCall } from '../../src/services/pricing/price-call.ts'
import type { Case } from './case.ts'
import { readReply, type WireName } from './read-reply.ts'

const ROWS = 'usage-and-price.genai-prices.jsonl'

/** Their names for our providers, where they differ. */
const SAME_VENDOR: Readonly<Record<string, string>> = {
  'x-ai': 'xai',
  aws: 'bedrock',
  google: 'gemini',
  moonshotai: 'moonshot',
}

/** Which wire reads what they call a flavour; `default` is the vendor's own API. */
const FLAVOURS: Readonly<Record<string, WireName>> = {
  chat: 'openai-chat',
  responses: 'openai-responses',
  anthropic: 'anthropic-messages',
  embeddings: 'openai-embeddings',
  'anthropic/default': 'anthropic-messages',
  'google/default': 'gemini-generate',
  'groq/default': 'openai-chat',
  'mistral/default': 'openai-chat',
  'x-ai/default': 'openai-chat',
  'perplexity/default': 'openai-chat',
}

export interface TableCases {
  readonly cases: readonly Case[]
  /** Prices of theirs that say nothing about ours, by why. */
  readonly notCompared: ReadonlyMap<string, number>
}

/** They price each reply as that of every vendor and API that could have sent it; only those that fit its shape are compared. */
export function loadTableCases(wireFolder: string, atMs: number): TableCases {
  const cases: Case[] = []
  const notCompared = new Map<string, number>()
  const lines = readFileSync(path.join(wireFolder, ROWS), 'utf8').split('\n')
  for (const [index, line] of lines.entries()) {
    const row = asObject(parseJson(line))
    for (const priced of row ? pricedIn(row) : []) {
      const made = row ? caseOf(row, priced, { line: index + 1, atMs }) : 'an empty row'
      if (typeof made === 'string') notCompared.set(made, (notCompared.get(made) ?? 0) + 1)
      else cases.push(made)
    }
  }
  return { cases, notCompared }
}

interface Priced {
  readonly vendor: string
  readonly flavour: string
  readonly nano: bigint
}

/** The model may be billed in several parts; rows of one part are all there are of those with a price. */
function pricedIn(row: JsonObject): Priced[] {
  return asArray(row.extracted).flatMap((part) =>
    asArray(asObject(part)?.extractors).flatMap((value) => {
      const theirs = asObject(value)
      if (theirs?.input_price === undefined) return []
      // Only a row with more than tokens, such as searches, has a total.
      const dollars = Number(theirs.total_price ?? Number(theirs.input_price) + Number(theirs.output_price))
      const [vendor, flavour] = [asString(theirs.provider_id) ?? '', asString(theirs.api_flavor) ?? '']
      return [{ vendor, flavour, nano: BigInt(Math.round(dollars * 1e9)) }]
    }),
  )
}

function caseOf(
  row: JsonObject,
  { vendor, flavour, nano }: Priced,
  { line, atMs }: { line: number; atMs: number },
): Case | string {
  const body = asObject(row.body) ?? {}
  const wire = FLAVOURS[`${vendor}/${flavour}`] ?? FLAVOURS[flavour]
  if (!wire || wireOfShape(body) !== wire) return 'the reply is of another API than the price'
  const provider = providerOf(vendor, wire)
  if (!findProvider(provider)) return `no provider row for ${vendor}`
  const { file, ...fields } = body
  const read = readReply(wire, provider, { body: { ...WHOLE[wire], ...fields } })
  const serviceClass = read.serviceClass ?? 'standard'
  const model = read.model ?? asString(row.model) ?? ''
  const ours = read.usage && priceCall({ provider, model, usage: read.usage, serviceClass, atMs })
  return {
    oracle: 'table',
    provider,
    wire,
    serviceClass,
    model,
    id: `${asString(file) ?? 'row'} (line ${line})`,
    statedNano: nano,
    ours,
  }
}

/** What the rows left out of a reply and a tap needs to see that it is one. */
const WHOLE: Readonly<Partial<Record<WireName, JsonObject>>> = {
  'anthropic-messages': { type: 'message' },
  'openai-responses': { object: 'response', status: 'completed' },
  'openai-chat': { object: 'chat.completion', choices: [] },
  'openai-embeddings': { object: 'list', data: [] },
}

/** Claude at Google is Vertex; OpenAI's own API at Azure and all others there are Foundry's. */
function providerOf(vendor: string, wire: WireName): string {
  if (vendor === 'google' && wire !== 'gemini-generate') return 'vertex'
  if (vendor === 'azure') return wire === 'anthropic-messages' ? 'azure-foundry' : 'azure'
  return SAME_VENDOR[vendor] ?? vendor
}

function wireOfShape({ usage, usageMetadata }: JsonObject): WireName | undefined {
  if (usageMetadata !== undefined) return 'gemini-generate'
  const counts = asObject(usage) ?? {}
  if (counts.prompt_tokens !== undefined)
    return counts.completion_tokens === undefined ? 'openai-embeddings' : 'openai-chat'
  if (counts.input_tokens === undefined) return undefined
  return counts.input_tokens_details === undefined ? 'anthropic-messages' : 'openai-responses'
}
