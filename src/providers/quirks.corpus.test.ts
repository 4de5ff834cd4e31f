/** Holds the quirks of every row against recorded traffic of that vendor, where there is any. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asArray, asNumber, asObject, asString, type JsonObject, parseJson } from '../ground/json.ts'
import { providers } from './index.ts'
import type { HttpProvider } from './provider.ts'

const WIRE = resolve(import.meta.dirname, '../..', process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
/** Folders of the corpus whose name differs from the row's. */
const FOLDERS: Readonly<Record<string, string>> = {
  'llama.cpp': 'llamacpp',
  'mistral.rs': 'mistralrs',
  bedrock: 'bedrock-openai',
  gpustack: 'gpustack-vllm',
  vercel: 'vercel-gateway',
}

interface Recording {
  readonly id: string
  readonly fidelity: string
  readonly ok: boolean
  readonly request: JsonObject | undefined
  readonly streamed: boolean
  /** Stream chunks, or the one body. */
  readonly replies: readonly JsonObject[]
}

function recordings(provider: HttpProvider): Recording[] {
  const folder = `${WIRE}/${FOLDERS[provider.name] ?? provider.name}/openai-chat`
  return globSync(`${folder}/*/*.meta.json`).map((path) => {
    const base = path.slice(0, -'.meta.json'.length)
    const meta = asObject(parseJson(readFileSync(path, 'utf8'))) ?? {}
    const streamed = existsSync(`${base}.stream.txt`)
    const text = read(streamed ? `${base}.stream.txt` : `${base}.response.json`)
    return {
      id: path,
      fidelity: asString(meta.fidelity) ?? '',
      ok: meta.status === 200 && !path.includes('error'),
      request: asObject(parseJson(read(`${base}.request.json`))),
      streamed,
      replies: objects(streamed ? text.split(/\r?\n/).map((line) => line.replace(/^data: ?/, '')) : [text]),
    }
  })
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** The JSON objects among the texts. */
function objects(texts: readonly string[]): JsonObject[] {
  return texts.map((text) => asObject(parseJson(text))).filter((value) => value !== undefined)
}

function choicesOf(recording: Recording): JsonObject[] {
  const choices = recording.replies.flatMap((reply) => asArray(reply.choices))
  return choices.map(asObject).filter((choice) => choice !== undefined)
}

/** Every `delta` and `message` of the recording. */
function pieces(recording: Recording): JsonObject[] {
  const both = choicesOf(recording).flatMap((choice) => [asObject(choice.delta), asObject(choice.message)])
  return both.filter((piece) => piece !== undefined)
}

function lastUsage(recording: Recording): JsonObject | undefined {
  return recording.replies.map((reply) => asObject(reply.usage)).findLast((usage) => usage !== undefined)
}

function checkStreamUsage(provider: HttpProvider, all: readonly Recording[]): void {
  for (const recording of all.filter((each) => each.ok && each.streamed && each.request)) {
    const asked = asObject(recording.request?.stream_options)?.include_usage === true
    const expected = asked || provider.quirks.streamUsage === 'always'
    expect(lastUsage(recording) !== undefined, recording.id).toBe(expected)
  }
}

function checkReasoningCount(provider: HttpProvider, all: readonly Recording[]): void {
  for (const recording of all.filter((each) => each.ok)) {
    const usage = lastUsage(recording)
    const reasoning = asNumber(asObject(usage?.completion_tokens_details)?.reasoning_tokens) ?? 0
    if (!usage || reasoning === 0 || usage.total_tokens === undefined) continue
    const completion =
      (asNumber(usage.completion_tokens) ?? 0) + (provider.quirks.completionIncludesReasoning ? 0 : reasoning)
    expect((asNumber(usage.prompt_tokens) ?? 0) + completion, recording.id).toBe(usage.total_tokens)
  }
}

function checkReasoningField(provider: HttpProvider, all: readonly Recording[]): void {
  const spoken = new Set(all.flatMap(pieces).flatMap((piece) => Object.keys(piece)))
  const field = provider.quirks.reasoningField
  if (field === 'reasoning' || field === 'reasoning_content') expect(spoken).toContain(field)
  if (field === 'thinking-blocks') expect(all.flatMap(pieces).some((piece) => Array.isArray(piece.content))).toBe(true)
}

function checkOutputLimit(provider: HttpProvider, all: readonly Recording[]): void {
  const limited = all.filter(
    (each) => each.request?.max_tokens !== undefined || each.request?.max_completion_tokens !== undefined,
  )
  if (limited.length === 0) return
  expect(limited.some((each) => each.ok && each.request?.[provider.quirks.maxTokensField] !== undefined)).toBe(true)
}

function checkToolIds(provider: HttpProvider, all: readonly Recording[]): void {
  const length = provider.quirks.toolIdLength
  if (length === undefined) return
  // Other fidelities mask or rewrite ids.
  const calls = all.filter((each) => each.ok && each.fidelity.startsWith('wire')).flatMap(pieces)
  const ids = calls.flatMap((piece) => asArray(piece.tool_calls)).flatMap((call) => asString(asObject(call)?.id) ?? [])
  expect(ids.length).toBeGreaterThan(0)
  for (const id of ids) expect(id).toHaveLength(length)
}

function checkCumulative(provider: HttpProvider, all: readonly Recording[]): void {
  // Reconstructed streams are left out: one of them lacks the repeated message.
  for (const recording of all.filter((each) => each.ok && each.streamed && each.fidelity !== 'reconstructed-framing')) {
    const messages = choicesOf(recording).flatMap((choice) => asString(asObject(choice.message)?.content) ?? [])
    expect(messages.length > 1, recording.id).toBe(provider.quirks.cumulativeMessage)
  }
}

function checkDeveloperRole(provider: HttpProvider, all: readonly Recording[]): void {
  const roles = all
    .filter((each) => each.ok)
    .flatMap((each) => asArray(each.request?.messages))
    .map((message) => asObject(message)?.role)
  expect(roles.includes('developer')).toBe(provider.quirks.developerRole)
}

const CHECKS = [
  ['usage in streams comes as the row says', checkStreamUsage],
  ['reasoning tokens are counted as the row says', checkReasoningCount],
  ['reasoning text has the name the row says', checkReasoningField],
  ['the output limit field of the row was accepted', checkOutputLimit],
  ['tool call ids have the length the row says', checkToolIds],
  ['stream chunks repeat the message only where the row says', checkCumulative],
  ['the developer role was accepted where the row says', checkDeveloperRole],
] as const

const http = providers.filter((provider): provider is HttpProvider => provider.transport === 'http')
const recorded = existsSync(WIRE)
  ? http.map((provider) => [provider, recordings(provider)] as const).filter(([, all]) => all.length > 0)
  : []

describe.skipIf(recorded.length === 0)(
  recorded.length === 0 ? 'skipped, no corpus' : 'quirks against recordings',
  () => {
    it('covers the vendors that were recorded', () => expect(recorded.length).toBeGreaterThanOrEqual(26))

    for (const [provider, all] of recorded) {
      describe(`${provider.name} (${all.length} recordings)`, () => {
        it.each(CHECKS)('%s', (_, check) => check(provider, all))
      })
    }
  },
)
