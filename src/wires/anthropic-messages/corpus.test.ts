/** Decodes every recorded Messages exchange of the corpus and compares it with a plain second reading of the JSON. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Part } from '../../ground/chat-reply.ts'
import { Gatherer } from '../../ground/gather.ts'
import { asArray, asObject, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { SseParser } from '../../ground/sse.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { anthropicMessages as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const metas = existsSync(corpus) ? globSync(`${corpus}/*/anthropic-messages/*/*.meta.json`).sort() : []
const defaults = { id: 'x', model: 'x', createdSeconds: 0 }

function read(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** A body without what says nothing: null fields, the default cache lifetime, strings where one text block means the same. */
function canonical(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => canonical(item) ?? null)
  if (!isObject(value)) return value
  const result: JsonObject = {}
  for (const [field, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue
    if (field === 'ttl' && inner === '5m') continue
    if (field === 'system' && (inner === '' || (Array.isArray(inner) && inner.length === 0))) continue
    if (field === 'content' && typeof inner === 'string' && 'role' in value) result.content = text(inner)
    else if (field === 'content' && typeof inner === 'string' && value.type === 'tool_result')
      result.content = text(inner)
    else if (field === 'content' && Array.isArray(inner) && inner.length === 0 && value.type === 'tool_result') continue
    else if (field === 'citations' && Array.isArray(inner) && inner.length === 0) continue
    // A caller of type `direct` is the default.
    else if (field === 'caller' && asObject(inner)?.type === 'direct' && value.type === 'tool_use') continue
    else if (field === 'system' && typeof inner === 'string') result.system = text(inner)
    else result[field] = canonical(inner)
  }
  return result
}

function text(value: string): Json[] {
  return [{ type: 'text', text: value }]
}

/** Turns of one role in a row are one turn; thinking that nobody signed is not sent back. */
function mergedTurns(messages: Json[]): Json[] {
  const turns: JsonObject[] = []
  for (const message of messages) {
    if (!isObject(message)) continue
    const content = asArray(message.content).filter(
      (block) => !(isObject(block) && block.type === 'thinking' && !block.signature),
    )
    const last = turns.at(-1)
    if (last && last.role === message.role) last.content = [...asArray(last.content), ...content]
    else turns.push({ ...message, content })
  }
  return turns
}

function canonicalRequest(body: JsonObject): JsonObject {
  const result = asObject(canonical(body)) ?? {}
  const format = result.output_format
  delete result.output_format
  const config = { ...asObject(result.output_config), ...(format !== undefined && { format }) }
  if (Object.keys(config).length > 0) result.output_config = config
  if (Array.isArray(result.tools) && result.tools.length === 0) delete result.tools
  if (result.stream === false) delete result.stream
  return { ...result, messages: mergedTurns(asArray(result.messages)) }
}

/** Folds the events of a stream as the specification says, with none of our code. */
function foldStream(source: string): { blocks: JsonObject[]; stop: Json; usage: JsonObject } {
  const blocks: JsonObject[] = []
  const inputs: Record<number, string> = {}
  let stop: Json = null
  let usage: JsonObject = {}
  for (const line of source.split(/\r?\n/)) {
    if (!line.startsWith('data:')) continue
    const event = asObject(JSON.parse(line.slice(5).trim() === '[DONE]' ? '{}' : line.slice(5))) ?? {}
    const index = Number(event.index)
    const delta = asObject(event.delta) ?? {}
    if (event.type === 'message_start') usage = { ...usage, ...asObject(asObject(event.message)?.usage) }
    if (event.type === 'content_block_start') blocks[index] = { ...asObject(event.content_block) }
    if (event.type === 'content_block_delta') {
      const block = blocks[index] ?? {}
      if (delta.type === 'text_delta') block.text = `${block.text}${delta.text}`
      if (delta.type === 'thinking_delta') block.thinking = `${block.thinking}${delta.thinking}`
      if (delta.type === 'signature_delta') block.signature = delta.signature
      if (delta.type === 'citations_delta') block.citations = [...asArray(block.citations), delta.citation ?? null]
      if (delta.type === 'compaction_delta') block.content = delta.content
      if (delta.type === 'input_json_delta') inputs[index] = `${inputs[index] ?? ''}${delta.partial_json}`
    }
    if (event.type === 'content_block_stop' && inputs[index]) {
      try {
        ;(blocks[index] ?? {}).input = JSON.parse(inputs[index])
      } catch {
        ;(blocks[index] ?? {}).input = { unparsed_arguments: inputs[index] }
      }
    }
    if (event.type === 'message_delta') {
      stop = delta.stop_reason ?? null
      usage = { ...usage, ...asObject(event.usage) }
    }
    if (event.type === 'message_stop') break
  }
  return { blocks, stop, usage }
}

function decodeAll(source: string): Part[] {
  const parser = new SseParser()
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  const parts = [...parser.push(source), ...parser.end()].flatMap((event) => decoder.push(event))
  return [...parts, ...decoder.end()]
}

function gathered(parts: readonly Part[]) {
  const gatherer = new Gatherer()
  gatherer.push(parts)
  return gatherer
}

/** Blocks as a reply shows them: no empty texts, no empty signatures. */
function shown(blocks: readonly Json[]): Json | undefined {
  const kept = blocks.filter((block) => !(isObject(block) && block.type === 'text' && block.text === ''))
  return canonical(
    kept.map((block) => (isObject(block) && block.type === 'thinking' ? { signature: '', ...block } : block)),
  )
}

function expectUsage(usage: ReturnType<Gatherer['reply']>['usage'], raw: JsonObject, name: string): void {
  const extra = asArray(raw.iterations).filter(
    (iteration) => isObject(iteration) && !/^(fallback_)?message$/.test(String(iteration.type)),
  )
  const sum = (field: string) =>
    [raw, ...extra].reduce<number>((total, part) => total + Number(asObject(part)?.[field] ?? 0), 0)
  expect(usage?.input ?? 0, name).toBe(sum('input_tokens'))
  expect((usage?.output ?? 0) + (usage?.reasoning ?? 0), name).toBe(sum('output_tokens'))
  expect(usage?.cacheRead ?? 0, name).toBe(sum('cache_read_input_tokens'))
  expect((usage?.cacheWrite5m ?? 0) + (usage?.cacheWrite1h ?? 0), name).toBe(sum('cache_creation_input_tokens'))
}

/** Requests that the recorded provider refused as well: a string in place of a message, and no message at all. */
const BAD_REQUEST = /dd-trace-py--anthropic-anthropic_completion_error|llama-stack--common-cf0be7f9/
/** A hand-made stream with a message spliced into another. */
const SPLICED = /spliced-message-start/

describe.skipIf(metas.length === 0)(metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus', () => {
  it('decodes every request and encodes it back to the same request', () => {
    let count = 0
    for (const meta of metas) {
      const path = meta.replace(/\.meta\.json$/, '.request.json')
      const body = existsSync(path) ? asObject(read(path)) : undefined
      if (!body) continue
      // Vertex and Bedrock name the model in the URL.
      const full: JsonObject = { model: 'm', ...body }
      const call = wire.decodeRequest(full)
      if (BAD_REQUEST.test(path)) {
        expect(call.ok).toBe(false)
        continue
      }
      if (!call.ok) throw new Error(`${path}: ${call.error.message}`)
      const back = wire.encodeRequest(call.value, STANDARD_QUIRKS)
      expect(canonicalRequest(back.value), path).toEqual(canonicalRequest(full))
      count++
    }
    console.log(`requests: ${count}`)
    expect(count).toBeGreaterThan(200)
  })

  it('decodes every whole reply and encodes it back to the same content, stop reason and usage', () => {
    let count = 0
    const totals = { text: 0, tools: 0, thinking: 0, opaque: 0 }
    for (const meta of metas) {
      const path = meta.replace(/\.meta\.json$/, '.response.json')
      const body = existsSync(path) ? asObject(read(path)) : undefined
      if (!body || body.type === 'error' || body.error) continue
      const reply = wire.decodeReply(body, STANDARD_QUIRKS)
      if (!reply.ok) throw new Error(`${path}: ${reply.error.message}`)
      const back = wire.encodeReply(reply.value, defaults).value
      expect(canonical(back.content), path).toEqual(canonical(shownSignatures(asArray(body.content))))
      expect([back.stop_reason, back.stop_sequence, back.model, back.id], path).toEqual([
        body.stop_reason,
        body.stop_sequence ?? null,
        body.model,
        String(body.id).startsWith('msg_') ? body.id : back.id,
      ])
      expectUsage(reply.value.usage, asObject(body.usage) ?? {}, path)
      for (const block of reply.value.choices[0]?.content ?? []) {
        if (block.type === 'text') totals.text++
        if (block.type === 'tool-call') totals.tools++
        if (block.type === 'reasoning') totals.thinking++
        if (block.type === 'opaque') totals.opaque++
      }
      count++
    }
    console.log(`replies: ${count} ${JSON.stringify(totals)}`)
    expect(count).toBeGreaterThan(150)
  })

  it('decodes every stream to what its events say, and encodes it to a stream that says the same', () => {
    let count = 0
    for (const meta of metas) {
      const path = meta.replace(/\.meta\.json$/, '.stream.txt')
      if (!existsSync(path)) continue
      const source = readFileSync(path, 'utf8')
      const parts = decodeAll(source)
      const { error, complete } = gathered(parts)
      if (SPLICED.test(path)) {
        expect(error?.kind).toBe('upstream-error')
        continue
      }
      const reply = gathered(parts).reply()
      const folded = foldStream(source)
      expect(error, path).toBeUndefined()
      expect(complete, path).toBe(true)
      expectUsage(reply.usage, folded.usage, path)
      expect(reply.choices[0]?.rawFinish ?? null, path).toBe(folded.stop)
      const whole = wire.encodeReply(reply, defaults).value
      expect(shown(asArray(whole.content)), path).toEqual(shown(folded.blocks))

      const encoder = wire.encodeStream({ includeUsage: true, ...defaults })
      const again = decodeAll(encoder.push(parts) + encoder.end())
      expect(gathered(again).reply().choices, path).toEqual(reply.choices)
      count++
    }
    console.log(`streams: ${count}`)
    expect(count).toBeGreaterThan(100)
  })

  it('taps the same usage, model and finish as the decoder finds', () => {
    let count = 0
    for (const meta of metas) {
      const path = meta.replace(/\.meta\.json$/, '.stream.txt')
      if (!existsSync(path) || SPLICED.test(path)) continue
      const source = readFileSync(path, 'utf8')
      const parser = new SseParser()
      const tap = wire.tap(STANDARD_QUIRKS, false)
      for (const event of [...parser.push(source), ...parser.end()]) expect(tap.event(event)).toBe(false)
      const reply = gathered(decodeAll(source)).reply()
      const { serviceClass, replyId: _, ...tapped } = tap.result()
      expect([undefined, 'standard', 'priority', 'batch']).toContain(serviceClass)
      expect(tapped, path).toEqual({
        ...(reply.usage && { usage: reply.usage }),
        model: reply.model,
        finish: reply.choices[0]?.finish,
        complete: true,
      })
      count++
    }
    console.log(`tapped: ${count}`)
    expect(count).toBeGreaterThan(100)
  })

  it('gives every recorded error a kind that fits its status', () => {
    const kinds: Record<string, string> = {}
    for (const meta of metas) {
      const path = meta.replace(/\.meta\.json$/, '.response.json')
      const body = existsSync(path) ? read(path) : null
      if (!isObject(body) || !body.error) continue
      const { status } = asObject(read(meta)) ?? {}
      const error = wire.decodeError(Number(status), new Headers(), body)
      expect(error.message.length).toBeGreaterThan(5)
      kinds[basename(path)] = `${status} ${error.kind}`
    }
    console.log(`errors: ${Object.keys(kinds).length}`)
    expect(Object.keys(kinds).length).toBeGreaterThan(8)
    expect(new Set(Object.values(kinds))).toEqual(
      new Set(['400 invalid-request', '400 context-too-long', '401 upstream-credential', '404 not-found']),
    )
  })
})

/** Replies always show a signature field; some hosts leave it out. */
function shownSignatures(blocks: Json[]): Json[] {
  return blocks.map((block) => (isObject(block) && block.type === 'thinking' ? { signature: '', ...block } : block))
}
