/** Decodes every recorded Completions exchange of the corpus and compares it with a plain second reading of the JSON. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ChatReply, Part } from '../../ground/chat-reply.ts'
import { createFramer } from '../../ground/framing.ts'
import { Gatherer } from '../../ground/gather.ts'
import { asArray, asObject, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { totalInput, totalOutput } from '../../ground/usage.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { openaiCompletions as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const metas = existsSync(corpus) ? globSync(`${corpus}/*/openai-completions/*/*.meta.json`).sort() : []
const defaults = { id: 'x', model: 'x', createdSeconds: 1 }

interface Exchange {
  readonly name: string
  readonly status: number
  readonly request: JsonObject | undefined
  readonly response: Json | undefined
  readonly stream: Uint8Array | undefined
}

/** Chat requests that the recorder filed with the completions: there is no prompt in them. */
const IS_CHAT = /ollama\/openai-completions\/stream-plain\/llama-stack--tool_runtime/

function exchanges(): Exchange[] {
  return metas
    .filter((meta) => !IS_CHAT.test(meta))
    .map((meta) => {
      const base = meta.replace(/\.meta\.json$/, '')
      const facts = asObject(parseJson(readFileSync(meta, 'utf8'))) ?? {}
      const text = (ending: string) => (existsSync(base + ending) ? readFileSync(base + ending, 'utf8') : undefined)
      const response = text('.response.json') ?? text('.response.txt')
      return {
        name: base.slice(corpus.length + 1),
        status: Number(facts.status ?? 200),
        request: asObject(parseJson(text('.request.json') ?? 'null')),
        response: response === undefined ? undefined : (parseJson(response) ?? response),
        stream: existsSync(`${base}.stream.txt`) ? readFileSync(`${base}.stream.txt`) : undefined,
      }
    })
}

function events(stream: Uint8Array, step = stream.length) {
  const framer = createFramer('sse')
  const pieces: Uint8Array[] = []
  for (let at = 0; at < stream.length; at += step) pieces.push(stream.subarray(at, at + step))
  return [...pieces.flatMap((piece) => framer.push(piece)), ...framer.end()]
}

function decodeAll(stream: Uint8Array, step?: number): Part[] {
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  return [...events(stream, step).flatMap((event) => decoder.push(event)), ...decoder.end()]
}

function expectUsage(reply: ChatReply, raw: JsonObject | undefined, name: string): void {
  expect.soft(reply.usage === undefined, name).toBe(raw === undefined)
  if (!raw) return
  expect.soft(totalInput(reply.usage ?? {}), name).toBe(raw.prompt_tokens)
  expect.soft(totalOutput(reply.usage ?? {}), name).toBe(raw.completion_tokens)
}

function textOf(reply: ChatReply, index: number): string {
  return (reply.choices[index]?.content ?? []).map((block) => (block.type === 'text' ? block.text : '')).join('')
}

/** As our client sees it: named, dated, with a word of the API for the end. */
function shown(reply: ChatReply): ChatReply {
  return { ...reply, createdSeconds: 0, choices: reply.choices.map((choice) => ({ ...choice, rawFinish: '' })) }
}

describe.skipIf(metas.length === 0)(metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus', () => {
  const all = exchanges()

  it('decodes every request with one text prompt and encodes it back to the same request', () => {
    let count = 0
    for (const { name, request } of all) {
      if (!request) continue
      const call = wire.decodeRequest(request)
      const prompts = Array.isArray(request.prompt) ? request.prompt : [request.prompt]
      if (prompts.length !== 1 || typeof prompts[0] !== 'string') {
        expect.soft(call.ok, name).toBe(false)
        continue
      }
      const given = Object.entries(request).filter(([field, value]) => value !== null && (field !== 'stream' || value))
      expect.soft(call.ok, name).toBe(true)
      if (!call.ok) continue
      const { value, warnings } = wire.encodeRequest(call.value, { ...STANDARD_QUIRKS, streamUsage: 'always' })
      const stop = typeof request.stop === 'string' ? { stop: [request.stop] } : {}
      const asked: JsonObject = { ...Object.fromEntries(given), ...stop }
      const { stream_options: options, ...rest } = asked
      expect.soft(value, name).toEqual(rest)
      expect.soft(call.value.streamUsage, name).toBe(asObject(options)?.include_usage)
      expect.soft(warnings, name).toEqual([])
      count++
    }
    expect.soft(count).toBeGreaterThan(35)
  })

  it('decodes every whole reply as a plain reading of it does', () => {
    let count = 0
    for (const { name, status, response } of all) {
      if (!isObject(response) || status !== 200) continue
      const decoded = wire.decodeReply(response, STANDARD_QUIRKS)
      expect.soft(decoded.ok, name).toBe(true)
      if (!decoded.ok) continue
      const reply = decoded.value
      asArray(response.choices).forEach((choice, index) => {
        expect.soft(textOf(reply, index), name).toBe(asObject(choice)?.text)
        expect.soft(reply.choices[index]?.rawFinish, name).toBe(asObject(choice)?.finish_reason)
        expect.soft(reply.choices[index]?.finish, name).not.toBe('unknown')
      })
      expectUsage(reply, asObject(response.usage), name)
      const back = wire.encodeReply(reply, defaults)
      expect.soft(back.warnings, name).toEqual([])
      const again = wire.decodeReply(back.value, STANDARD_QUIRKS)
      expect.soft(again.ok && shown(again.value), name).toEqual(shown(reply))
      const tap = wire.tap(STANDARD_QUIRKS, false)
      tap.body(response)
      expect.soft(tap.result(), name).toMatchObject({ complete: true, model: reply.model })
      expect.soft(tap.result().usage, name).toEqual(reply.usage)
      count++
    }
    expect.soft(count).toBeGreaterThan(20)
  })

  it('decodes every stream as a plain reading of it does, at any split, and the tap agrees', () => {
    let count = 0
    for (const { name, stream } of all) {
      if (!stream) continue
      const parts = decodeAll(stream)
      for (const step of [1, 7, 61]) expect.soft(decodeAll(stream, step), name).toEqual(parts)
      const gatherer = new Gatherer()
      gatherer.push(parts)
      expect.soft(gatherer.error, name).toBeUndefined()
      expect.soft(gatherer.complete, name).toBe(true)
      const reply = gatherer.reply()
      const chunks = events(stream).map(({ data }) => asObject(parseJson(data)) ?? {})
      const entries = chunks.flatMap((chunk) => asArray(chunk.choices)).filter(isObject)
      reply.choices.forEach((choice, index) => {
        const own = entries.filter((entry) => entry.index === index)
        expect.soft(textOf(reply, index), name).toBe(own.map(({ text }) => String(text)).join(''))
        expect.soft(choice.finish, name).not.toBe('unknown')
      })
      expectUsage(reply, asObject(chunks.findLast(({ usage }) => isObject(usage))?.usage), name)
      const tap = wire.tap(STANDARD_QUIRKS, false)
      for (const event of events(stream)) tap.event(event)
      expect.soft(tap.result(), name).toMatchObject({ complete: true, model: reply.model })
      expect.soft(tap.result().usage, name).toEqual(reply.usage)
      const encoder = wire.encodeStream({ ...defaults, includeUsage: true })
      const again = new Gatherer()
      again.push(decodeAll(new TextEncoder().encode(encoder.push(parts) + encoder.end())))
      expect.soft(shown(again.reply()), name).toEqual(shown(reply))
      expect.soft(encoder.warnings, name).toEqual([])
      count++
    }
    expect.soft(count).toBeGreaterThan(10)
  })

  it('gives every recorded error a kind that fits it', () => {
    const kinds = all
      .filter(({ status, response }) => status !== 200 && response !== undefined)
      .map(({ status, response }) => wire.decodeError(status, new Headers(), response ?? null).kind)
    expect(new Set(kinds)).toEqual(new Set(['invalid-request', 'upstream-credential', 'not-found']))
  })
})
