/** Reads every recorded InvokeModel exchange of a Claude model through the Messages wire: Bedrock only puts envelopes around it. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeAwsEvent } from '../../../test/support/aws-events.ts'
import { AwsEventFramer, unwrapInvokeEvent } from '../../ground/aws-events.ts'
import { Gatherer } from '../../ground/gather.ts'
import { asArray, asObject, asString, isObject, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import { anthropicMessages as wire } from '../anthropic-messages/index.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire/bedrock/bedrock-invoke')
const metas = existsSync(corpus) ? globSync(`${corpus}/*/*.meta.json`).sort() : []

/** Bodies of the vendors' own making: those models are spoken to through Converse, which knows them all. */
const USE_CONVERSE = /amazon\.(titan|nova)|meta\.llama|cohere\.command|mistral\.|ai21\./
/** Claude's text completions, which ended with Claude 2. */
const COMPLETIONS = 'prompt'

interface Exchange {
  readonly name: string
  readonly model: string
  readonly status: number
  readonly headers: Headers
  readonly request: JsonObject
  readonly response: JsonObject | undefined
  readonly bytes: Uint8Array | undefined
}

function exchanges(): Exchange[] {
  return metas.map((meta) => {
    const base = meta.replace(/\.meta\.json$/, '')
    const json = (ending: string) => {
      const path = base + ending
      return existsSync(path) ? asObject(parseJson(readFileSync(path, 'utf8'))) : undefined
    }
    const facts = json('.meta.json') ?? {}
    return {
      name: base.slice(corpus.length + 1),
      model: String(facts.model),
      status: Number(facts.status),
      headers: new Headers(Object.entries(asObject(facts.response_headers) ?? {}).map(([k, v]) => [k, String(v)])),
      request: json('.request.json') ?? {},
      response: json('.response.json'),
      bytes: existsSync(`${base}.stream.bin`) ? readFileSync(`${base}.stream.bin`) : undefined,
    }
  })
}

const isMessages = ({ model, request }: Exchange) => !USE_CONVERSE.test(model) && request[COMPLETIONS] === undefined

/** The JSON inside the frames, read with none of our code but the framer. */
function innerEvents(bytes: Uint8Array): JsonObject[] {
  return new AwsEventFramer()
    .push(bytes)
    .map(({ data }) => JSON.parse(Buffer.from(JSON.parse(data).bytes, 'base64').toString()))
}

function textOf(events: readonly JsonObject[]): string {
  return events.map(({ delta }) => asString(asObject(delta)?.text) ?? '').join('')
}

function unwrapped(bytes: Uint8Array, pieceBytes: number): SseEvent[] {
  const framer = new AwsEventFramer()
  const events: SseEvent[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) events.push(...framer.push(bytes.slice(at, at + pieceBytes)))
  return [...events, ...framer.end()].map(unwrapInvokeEvent)
}

// No exception amid a stream was ever recorded: these are made by hand, from the specification of the exceptions.
describe('difference 9: exceptions amid an InvokeModel stream', () => {
  it.each([
    ['throttlingException', 'rate-limited', true],
    ['serviceUnavailableException', 'overloaded', true],
    ['modelTimeoutException', 'timeout', true],
    ['modelStreamErrorException', 'upstream-error', true],
    ['internalServerException', 'upstream-error', true],
    ['validationException', 'invalid-request', false],
  ])('%s is an error of kind %s', (name, kind, retryable) => {
    const framer = new AwsEventFramer()
    const events = framer.push(encodeAwsEvent(`exception:${name}`, '{"message":"What happened."}'))
    const decoder = wire.decodeStream(STANDARD_QUIRKS)
    const tap = wire.tap(STANDARD_QUIRKS, false)
    const parts = events.map(unwrapInvokeEvent).flatMap((event) => {
      tap.event(event)
      return decoder.push(event)
    })
    expect(parts).toMatchObject([{ type: 'reply-error', error: { kind, retryable, message: 'What happened.' } }])
    expect(tap.result()).toMatchObject({ complete: false, error: { kind } })
  })
})

const title = metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
describe.skipIf(metas.length === 0)(title, () => {
  const all = exchanges().filter(({ status }) => status === 200)

  it('difference 9: streams decode to what their events say', () => {
    let count = 0
    for (const { name, bytes } of all.filter(isMessages)) {
      if (!bytes) continue
      const inner = innerEvents(bytes)
      const decoder = wire.decodeStream(STANDARD_QUIRKS)
      const tap = wire.tap(STANDARD_QUIRKS, false)
      const gatherer = new Gatherer()
      for (const event of unwrapped(bytes, 61)) {
        tap.event(event)
        gatherer.push(decoder.push(event))
      }
      gatherer.push(decoder.end())
      const { choices, usage } = gatherer.reply()
      const content = choices[0]?.content ?? []
      expect([gatherer.error, gatherer.complete], name).toEqual([undefined, true])
      const said = content.map((block) => (block.type === 'text' ? block.text : '')).join('')
      expect(said, name).toBe(textOf(inner))
      const calls = inner.filter(({ content_block: block }) => asObject(block)?.type === 'tool_use')
      expect(content.filter(({ type }) => type === 'tool-call').length, name).toBe(calls.length)
      const end = inner.find(({ type }) => type === 'message_delta') ?? {}
      expect(choices[0]?.rawFinish, name).toBe(asObject(end.delta)?.stop_reason)
      expect(usage?.output, name).toBe(asObject(end.usage)?.output_tokens)
      expect(tap.result(), name).toMatchObject({ complete: true, usage })
      count++
    }
    console.log(`invoke streams: ${count}`)
    expect(count).toBeGreaterThan(12)
  })

  it('whole replies decode with their content and usage', () => {
    let count = 0
    for (const { name, response } of all.filter(isMessages)) {
      if (!response) continue
      const reply = wire.decodeReply(response, STANDARD_QUIRKS)
      if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
      expect(reply.value.choices[0]?.content.length, name).toBe(asArray(response.content).length)
      expect(reply.value.choices[0]?.rawFinish, name).toBe(response.stop_reason)
      expect(reply.value.usage?.output, name).toBe(asObject(response.usage)?.output_tokens)
      count++
    }
    console.log(`invoke replies: ${count}`)
    expect(count).toBeGreaterThan(15)
  })

  it('names what it leaves to Converse', () => {
    const left = all.filter((exchange) => !isMessages(exchange))
    const families = left.map(({ model }) => /(?:[a-z]{2}\.)?([a-z0-9]+\.[a-z]+)/.exec(model)?.[1])
    console.log(`left to Converse: ${left.length}`)
    expect(new Set(families)).toEqual(
      new Set(['amazon.nova', 'amazon.titan', 'anthropic.claude', 'cohere.command', 'meta.llama']),
    )
  })

  it('difference 35: refusals are {message} with a header', () => {
    const refused = exchanges().filter(({ status, response }) => status !== 200 && response)
    for (const { name, status, headers, response } of refused) {
      const error = wire.decodeError(status, headers, response ?? null)
      expect(error.message, name).toBe(response?.message)
      expect(error.kind, name).toBe(status === 403 ? 'upstream-credential' : 'invalid-request')
    }
    expect(refused.length).toBeGreaterThan(5)
  })

  it('gives every event of a Claude stream its name', () => {
    const names = all.filter(isMessages).flatMap(({ bytes }) => (bytes ? unwrapped(bytes, bytes.length) : []))
    expect(new Set(names.map(({ event }) => event))).toEqual(
      new Set([
        'message_start',
        'content_block_start',
        'content_block_delta',
        'content_block_stop',
        'message_delta',
        'message_stop',
      ]),
    )
    expect(names.every(({ data }) => isObject(parseJson(data)))).toBe(true)
  })
})
