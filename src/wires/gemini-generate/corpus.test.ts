/** Decodes every recorded generateContent exchange of the corpus and compares it with a plain second reading of the JSON. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ChatCall, Message } from '../../ground/chat-call.ts'
import type { ChatReply, Part } from '../../ground/chat-reply.ts'
import { createFramer, type Framing } from '../../ground/framing.ts'
import { Gatherer } from '../../ground/gather.ts'
import { asArray, asObject, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { totalInput, totalOutput } from '../../ground/usage.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { geminiGenerate as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const metas = existsSync(corpus) ? globSync(`${corpus}/*/gemini-generate/*/*.meta.json`).sort() : []
const defaults = { id: 'x', model: 'x', createdSeconds: 1 }

interface Recording {
  readonly name: string
  readonly status: number
  readonly request: JsonObject | undefined
  readonly whole: Json | undefined
  readonly stream: Buffer | undefined
  readonly framing: Framing
}

const recordings: Recording[] = metas.map((meta) => {
  const base = meta.replace(/\.meta\.json$/, '')
  const facts = asObject(parseJson(readFileSync(meta, 'utf8'))) ?? {}
  const read = (ending: string) => (existsSync(base + ending) ? readFileSync(base + ending) : undefined)
  const whole = read('.response.json')
  return {
    name: base.slice(corpus.length + 1),
    status: Number(facts.status ?? 200),
    request: asObject(parseJson(read('.request.json')?.toString() ?? 'null')),
    whole: whole && parseJson(whole.toString()),
    stream: read('.stream.txt') ?? read('.stream.json'),
    framing: existsSync(`${base}.stream.json`) ? 'json-array' : 'sse',
  }
})

function decoded(
  bytes: Uint8Array,
  framing: Framing,
  size = bytes.length,
): { reply: ChatReply; parts: Part[]; error: unknown } {
  const framer = createFramer(framing)
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  const parts: Part[] = []
  for (let at = 0; at < bytes.length; at += size)
    for (const event of framer.push(bytes.subarray(at, at + size))) parts.push(...decoder.push(event))
  for (const event of framer.end()) parts.push(...decoder.push(event))
  parts.push(...decoder.end())
  const gatherer = new Gatherer()
  gatherer.push(parts)
  return { reply: gatherer.reply(), parts, error: gatherer.error }
}

/** The elements of a stream, read without the wire. */
function elements({ stream, framing }: Recording): JsonObject[] {
  const text = stream?.toString() ?? ''
  if (framing === 'json-array') return asArray(parseJson(text)).filter(isObject)
  return text.split(/\r?\n\r?\n/).flatMap((block) => {
    const value = parseJson(block.replace(/^data: ?/, ''))
    return isObject(value) ? [value] : []
  })
}

/** What a person sees in a reply: text, thinking, calls, counts. */
function plain(chunks: readonly JsonObject[]) {
  const seen = { text: '', thinking: '', calls: [] as string[], prompt: 0, written: 0, ends: new Set<string>() }
  for (const chunk of chunks) {
    const usage = asObject(chunk.usageMetadata)
    if (usage && Object.keys(usage).some((name) => /^(?:prompt|candidates|thoughts)TokenCount$/.test(name))) {
      seen.prompt = Number(usage.promptTokenCount ?? 0) + Number(usage.toolUsePromptTokenCount ?? 0)
      seen.written = Number(usage.candidatesTokenCount ?? 0) + Number(usage.thoughtsTokenCount ?? 0)
    }
    const candidate = asObject(asArray(chunk.candidates)[0])
    // Asked with `enum-encoding=int`, Google numbers its words; 1 is all that was ever recorded.
    const end = candidate?.finishReason === 1 ? 'STOP' : candidate?.finishReason
    if (typeof end === 'string') seen.ends.add(end)
    for (const part of asArray(asObject(candidate?.content)?.parts).flatMap((entry) =>
      isObject(entry) ? [entry] : [],
    )) {
      const call = asObject(part.functionCall)
      if (call?.name) seen.calls.push(String(call.name))
      else if (part.thought === true) seen.thinking += String(part.text ?? '')
      else if (typeof part.text === 'string') seen.text += part.text
    }
  }
  return seen
}

function shown(reply: ChatReply) {
  const blocks = reply.choices[0]?.content ?? []
  const usage = reply.usage ?? {}
  return {
    text: blocks.flatMap((block) => (block.type === 'text' ? block.text : [])).join(''),
    thinking: blocks.flatMap((block) => (block.type === 'reasoning' ? block.text : [])).join(''),
    calls: blocks.flatMap((block) => (block.type === 'tool-call' ? block.name : [])),
    prompt: totalInput(usage),
    written: totalOutput(usage),
  }
}

/** Turns of one role in a row are one content. */
function turns(call: ChatCall): ChatCall {
  const messages: Message[] = []
  for (const message of call.messages) {
    const last = messages.at(-1)
    if (last?.role === message.role && message.role !== 'tool') last.content.push(...message.content)
    else if (message.content.length > 0) messages.push({ ...message, content: [...message.content] })
  }
  // Results that are JSON lose only their white space.
  return JSON.parse(JSON.stringify({ ...call, messages }), (name, value) => {
    const parsed = name === 'text' && typeof value === 'string' && value.startsWith('{') ? parseJson(value) : undefined
    return isObject(parsed) ? JSON.stringify(parsed) : value
  })
}

const isError = (chunks: readonly JsonObject[]): boolean =>
  chunks.some((chunk) => chunk.error !== undefined) ||
  [...plain(chunks).ends].some((word) => /MALFORMED|UNEXPECTED/.test(word))

describe.skipIf(metas.length === 0)(metas.length === 0 ? 'skipped, no corpus' : 'generateContent recordings', () => {
  it('reads every whole reply as a person would, and says it again the same', () => {
    let count = 0
    for (const { name, whole, status } of recordings) {
      if (!isObject(whole) || status >= 400 || isError([whole])) continue
      const reply = wire.decodeReply(whole, STANDARD_QUIRKS)
      if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
      const { ends, ...expected } = plain([whole])
      expect(shown(reply.value), name).toEqual(expected)
      const again = wire.decodeReply(
        JSON.parse(JSON.stringify(wire.encodeReply(reply.value, defaults).value)),
        STANDARD_QUIRKS,
      )
      expect(again.ok && shown(again.value), name).toEqual(expected)
      const [finish] = ends
      expect(reply.value.choices[0]?.rawFinish ?? finish, name).toBe(finish)
      count++
    }
    console.log(`whole: ${count}`)
    expect(count).toBeGreaterThan(100)
  })

  it('reads every stream as a person would, at any split, and the tap agrees', () => {
    const counts = { streams: 0, errors: 0, dumps: 0 }
    for (const recording of recordings) {
      const { name, stream, framing } = recording
      if (!stream) continue
      const chunks = elements(recording)
      const { reply, parts, error } = decoded(stream, framing)
      if (isError(chunks)) {
        expect(error, name).toBeDefined()
        counts.errors++
        continue
      }
      const { ends, ...expected } = plain(chunks)
      // No streams that Google sent: objects of an SDK in its own names (31), and one edited until no event ends.
      if (ends.size === 0) {
        expect(error, name).toBeDefined()
        counts.dumps++
        continue
      }
      expect(shown(reply), name).toEqual(expected)
      const finish = parts.findIndex(({ type }) => type === 'choice-finish')
      expect(
        parts
          .slice(finish + 1)
          .map(({ type }) => type)
          .join(),
        name,
      ).toMatch(/^(?:usage,)?reply-end$/)
      for (const size of [1, 7, 61]) expect(decoded(stream, framing, size).parts, name).toEqual(parts)
      const tap = wire.tap(STANDARD_QUIRKS, false)
      const framer = createFramer(framing)
      for (const event of [...framer.push(stream), ...framer.end()]) tap.event(event)
      expect(tap.result().usage, name).toEqual(reply.usage)
      expect([tap.result().finish, tap.result().complete], name).toEqual([reply.choices[0]?.finish, true])
      const tier = chunks.map(({ usageMetadata }) => asObject(usageMetadata)?.serviceTier).findLast(Boolean)
      if (tier !== undefined) expect(tap.result().serviceClass, name).toBe(tier)
      for (const shape of ['sse', 'json-array'] as const) {
        const encoder = wire.encodeStream({ includeUsage: true, ...defaults, framing: shape })
        const text = encoder.push(parts) + encoder.end()
        expect(shown(decoded(Buffer.from(text), shape).reply), name).toEqual(expected)
      }
      counts.streams++
    }
    console.log(counts)
    expect(counts.streams).toBeGreaterThan(90)
    expect(counts.streams + counts.errors + counts.dumps).toBe(recordings.filter(({ stream }) => stream).length)
  })

  it('reads every request, and says it again with the same turns, tools and settings', () => {
    let count = 0
    for (const { name, request } of recordings) {
      if (!request?.contents) continue
      const call = wire.decodeRequest(request)
      if (!call.ok) throw new Error(`${name}: ${call.error.message}`)
      const { value, warnings } = wire.encodeRequest({ ...call.value, model: 'gemini-3-pro' }, STANDARD_QUIRKS)
      expect(warnings, name).toEqual([])
      const again = wire.decodeRequest(JSON.parse(JSON.stringify(value)))
      if (!again.ok) throw new Error(`${name}: ${again.error.message}`)
      expect(turns(again.value), name).toEqual(turns(call.value))
      count++
    }
    console.log(`requests: ${count}`)
    expect(count).toBeGreaterThan(200)
  })

  it('gives every recorded error its sentence and a kind', () => {
    for (const { name, whole, status } of recordings) {
      if (status < 400 || whole === undefined) continue
      const error = wire.decodeError(status, new Headers(), whole)
      expect(error.message.length, name).toBeGreaterThan(5)
      if (/API key not valid/i.test(JSON.stringify(whole))) expect(error.kind, name).toBe('upstream-credential')
    }
  })
})
