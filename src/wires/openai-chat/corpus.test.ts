/** Decodes every recorded Chat Completions exchange of the corpus and compares it with a plain second reading of the JSON. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  canonicalRequest,
  comparable,
  hubReading,
  plainReading,
} from '../../../test/golden/openai-chat/plain-reading.ts'
import type { ChatReply, Part } from '../../ground/chat-reply.ts'
import { Gatherer } from '../../ground/gather.ts'
import { asArray, asObject, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { SseParser } from '../../ground/sse.ts'
import { totalInput, totalOutput } from '../../ground/usage.ts'
import { type Quirks, STANDARD_QUIRKS } from '../quirks.ts'
import { openaiChat as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const metas = existsSync(corpus) ? globSync(`${corpus}/*/openai-chat/*/*.meta.json`).sort() : []
const defaults = { id: 'x', model: 'x', createdSeconds: 1 }

interface Exchange {
  readonly name: string
  readonly status: number
  readonly request: JsonObject | undefined
  readonly response: Json | undefined
  readonly stream: string | undefined
  readonly quirks: Quirks
}

const FULL: Quirks = { ...STANDARD_QUIRKS, reasoningField: 'reasoning', developerRole: true }

const QUIRKS: Readonly<Record<string, Partial<Quirks>>> = {
  perplexity: { cumulativeMessage: true },
  mistral: { toolChoiceRequired: 'any', reasoningField: 'thinking-blocks' },
}

function exchanges(): Exchange[] {
  return metas.map((meta) => {
    const base = meta.replace(/\.meta\.json$/, '')
    const facts = asObject(parseJson(readFileSync(meta, 'utf8'))) ?? {}
    const text = (ending: string) => (existsSync(base + ending) ? readFileSync(base + ending, 'utf8') : undefined)
    const response = text('.response.json') ?? text('.response.txt')
    const quirks = { ...STANDARD_QUIRKS, ...FULL, ...QUIRKS[String(facts.provider)] }
    return {
      name: base.slice(corpus.length + 1),
      status: Number(facts.status ?? 200),
      request: asObject(parseJson(text('.request.json') ?? 'null')),
      response: response === undefined ? undefined : (parseJson(response) ?? response),
      stream: text('.stream.txt'),
      quirks,
    }
  })
}

function decodeAll(source: string, quirks: Quirks): Part[] {
  const parser = new SseParser()
  const decoder = wire.decodeStream(quirks)
  const parts = [...parser.push(source), ...parser.end()].flatMap((event) => decoder.push(event))
  return [...parts, ...decoder.end()]
}

/** A reply as our client sees it: named, dated, and ended by a word of the API. */
function shown(reply: ChatReply): ChatReply {
  const choices = reply.choices.map((choice) => ({
    ...choice,
    rawFinish: choice.rawFinish === 'eos' ? 'stop' : choice.rawFinish,
    content: choice.content.map((block) => ({ ...block, raw: undefined })),
  }))
  return { ...reply, id: reply.id || 'x', model: reply.model || 'x', createdSeconds: 0, choices }
}

const CACHED = [
  'prompt_tokens_details.cached_tokens',
  'cache_read_input_tokens',
  'prompt_cache_hit_tokens',
  'cached_tokens',
  'num_cached_tokens',
]

function expectUsage(reply: ChatReply, raw: JsonObject | undefined, name: string): boolean {
  if (!raw) {
    expect.soft(reply.usage, name).toBeUndefined()
    return false
  }
  const { usage = {} } = reply
  const total = Number(raw.total_tokens ?? Number.NaN)
  const prompt = Number(raw.prompt_tokens ?? 0)
  const completion = Number(raw.completion_tokens ?? 0)
  const cached =
    CACHED.map((path) =>
      Number(path.split('.').reduce<Json | undefined>((at, field) => asObject(at)?.[field], raw)),
    ).find((n) => n > 0) ?? 0
  // More cached than prompt tokens: they were counted beside the prompt, and outside the total (Grok on Azure).
  const beside = cached > prompt ? cached : 0
  // Audio and reasoning on top of the other counts show only in the total.
  if (Number.isNaN(total))
    expect.soft([totalInput(usage), totalOutput(usage)], name).toEqual([prompt + beside, completion])
  else if (!name.startsWith('vercel-gateway'))
    expect.soft(totalInput(usage) + totalOutput(usage), name).toBe(total + beside)
  expect.soft(usage.cacheRead ?? 0, name).toBe(cached)
  expect
    .soft(usage.reasoning ?? 0, name)
    .toBe(Number(asObject(raw.completion_tokens_details)?.reasoning_tokens || raw.reasoning_tokens || 0))
  return true
}

describe.skipIf(metas.length === 0)(metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus', () => {
  const all = exchanges()

  it('decodes every request and encodes it back to the same request', () => {
    let count = 0
    const failures: string[] = []
    for (const { name, request, status, quirks } of all) {
      if (!request?.messages || !request.model) continue
      const call = wire.decodeRequest(request)
      if (!call.ok) {
        if (status === 200) failures.push(`${name}: ${call.error.message}`)
        continue
      }
      const back = wire.encodeRequest(call.value, quirks)
      expect.soft(comparable(canonicalRequest(back.value)), name).toEqual(comparable(canonicalRequest(request)))
      expect.soft(back.warnings, name).toEqual([])
      count++
    }
    console.log(`requests: ${count}`)
    expect.soft(failures).toEqual([])
    expect.soft(count).toBeGreaterThan(400)
  })

  it('decodes every whole reply as a plain reading of it does', () => {
    const counts = { replies: 0, usage: 0, errors: 0 }
    for (const { name, status, response, quirks } of all) {
      if (!isObject(response) || status !== 200) continue
      const decoded = wire.decodeReply(response, quirks)
      if (!decoded.ok) {
        expect.soft(response.error, `${name}: ${decoded.error.message}`).toBeDefined()
        counts.errors++
        continue
      }
      const reply = decoded.value
      asArray(response.choices).forEach((choice, index) => {
        const message = asObject(asObject(choice)?.message) ?? asObject(asObject(choice)?.delta) ?? {}
        expect.soft(hubReading(reply, index), name).toEqual(plainReading([message]))
      })
      if (expectUsage(reply, asObject(response.usage), name)) counts.usage++
      const again = wire.decodeReply(wire.encodeReply(reply, defaults).value, STANDARD_QUIRKS)
      expect.soft(again.ok && shown(again.value), name).toEqual(shown(reply))
      const tap = wire.tap(quirks, false)
      tap.body(response)
      expect.soft(tap.result().usage, name).toEqual(reply.usage)
      expect.soft(tap.result().complete, name).toBe(true)
      counts.replies++
    }
    console.log(counts)
    expect.soft(counts.replies).toBeGreaterThan(200)
  })

  it('decodes every stream as a plain reading of it does, and the tap agrees', () => {
    const counts = { streams: 0, usage: 0, errors: 0 }
    for (const { name, stream, quirks } of all) {
      if (stream === undefined) continue
      const gatherer = new Gatherer()
      gatherer.push(decodeAll(stream, quirks))
      const chunks = stream
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:') && line.slice(5).trim() !== '[DONE]')
        .map((line) => asObject(parseJson(line.slice(5))) ?? {})
      const parser = new SseParser()
      const tap = wire.tap(quirks, false)
      for (const event of [...parser.push(stream), ...parser.end()]) tap.event(event)
      if (gatherer.error) {
        expect
          .soft(
            chunks.some((chunk) => chunk.error),
            `${name}: ${gatherer.error.message}`,
          )
          .toBe(true)
        expect.soft(tap.result().error, name).toEqual(gatherer.error)
        counts.errors++
        continue
      }
      expect.soft(gatherer.complete, name).toBe(true)
      const reply = gatherer.reply()
      reply.choices.forEach((choice, index) => {
        const deltas = chunks
          .flatMap((chunk) => asArray(chunk.choices).filter(isObject))
          .filter((entry) => (entry.index ?? 0) === index)
          .map((entry) => asObject(entry.delta) ?? {})
        expect.soft(hubReading(reply, index), name).toEqual(plainReading(deltas))
        const held = new Set(choice.content.map(({ type }) => type))
        expect.soft(choice.finish, name).not.toBe('unknown')
        if (held.has('tool-call')) expect.soft(choice.finish, name).toMatch(/^(tool-calls|stop|length)$/)
      })
      const raw = chunks.findLast((chunk) => isObject(chunk.usage) || isObject(asObject(chunk.x_groq)?.usage))
      if (expectUsage(reply, asObject(raw?.usage) ?? asObject(asObject(raw?.x_groq)?.usage), name)) counts.usage++
      expect.soft(tap.result(), name).toMatchObject({ complete: true, model: reply.model })
      expect.soft(tap.result().usage, name).toEqual(reply.usage)
      expectReencoded(reply, decodeAll(stream, quirks), name)
      counts.streams++
    }
    console.log(counts)
    expect.soft(counts.streams).toBeGreaterThan(200)
  })

  it('gives every recorded error a kind that fits it', () => {
    const kinds = new Map<string, number>()
    for (const { name, status, response } of all) {
      if (status === 200 || response === undefined) continue
      const error = wire.decodeError(status, new Headers(), response)
      expect.soft(error.message.length, name).toBeGreaterThan(5)
      expect.soft(error.message, name).not.toMatch(/^[{[]/)
      expect.soft(error.origin).toBe('upstream')
      const key = `${status} ${error.kind} ${error.code ?? '-'}`
      kinds.set(key, (kinds.get(key) ?? 0) + 1)
    }
    console.log(
      [...kinds]
        .sort()
        .map(([key, count]) => `${key}: ${count}`)
        .join('\n'),
    )
    expect.soft(kinds.size).toBeGreaterThan(10)
  })
})

function expectReencoded(reply: ChatReply, parts: readonly Part[], name: string): void {
  const encoder = wire.encodeStream({ ...defaults, includeUsage: true })
  const text = encoder.push(parts) + encoder.end()
  const gatherer = new Gatherer()
  gatherer.push(decodeAll(text, STANDARD_QUIRKS))
  const again = gatherer.reply()
  expect.soft(gatherer.error, name).toBeUndefined()
  reply.choices.forEach((choice, index) => {
    expect.soft(hubReading(again, index), name).toEqual(hubReading(reply, index))
    expect.soft(again.choices[index]?.finish, name).toBe(choice.finish)
  })
  expect.soft(again.usage, name).toEqual(reply.usage)
}
