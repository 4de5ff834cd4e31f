/** The official SDK reads what the encoders write: bytes through its fetch, compared with the whole reply. */

import Anthropic, { APIError, RateLimitError } from '@anthropic-ai/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messagesReply, mixedParts } from '../../../test/laws/hub-arbitraries.ts'
import type { Part } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { gatherParts } from '../../ground/gather.ts'
import { asArray, isObject, type Json } from '../../ground/json.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { anthropicMessages as wire } from './index.ts'

const defaults = { id: 'x', model: 'x', createdSeconds: 0 }
const question = {
  model: 'm',
  max_tokens: 10,
  messages: [{ role: 'user' as const, content: 'hello' }],
}

function clientThatGets(body: string, init: ResponseInit = {}): Anthropic {
  return new Anthropic({ apiKey: 'none', maxRetries: 0, fetch: async () => new Response(body, init) })
}

function streamed(parts: readonly Part[]): Anthropic {
  const encoder = wire.encodeStream({ includeUsage: true, ...defaults })
  const body = encoder.push(parts) + encoder.end()
  return clientThatGets(body, { headers: { 'content-type': 'text/event-stream' } })
}

/** What the SDK makes of argument text that was cut off is its own affair. */
function comparable(content: unknown): Json[] {
  const blocks: Json[] = JSON.parse(JSON.stringify(content))
  return asArray(blocks).map((block) =>
    isObject(block) && isObject(block.input) && 'unparsed_arguments' in block.input ? { ...block, input: {} } : block,
  )
}

function hasWholeArguments(parts: readonly Part[]): boolean {
  return !JSON.stringify(wire.encodeReply(gatherParts(parts), defaults).value).includes('unparsed_arguments')
}

describe('the official SDK', () => {
  it('folds our streams into the message we would have sent whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        messagesReply.filter((reply) => hasWholeArguments(unfoldReply(reply)) && !hasCompaction(reply)),
        async (reply) => {
          const message = await streamed(unfoldReply(reply)).messages.stream(question).finalMessage()
          const whole = wire.encodeReply(gatherParts(unfoldReply(reply)), defaults).value
          expect(comparable(message.content)).toEqual(comparable(whole.content))
          expect(message.id).toBe(whole.id)
          expect(message.stop_reason).toBe(whole.stop_reason)
          expect(message.stop_sequence).toBe(whole.stop_sequence)
          expect(message.stop_details).toEqual(whole.stop_details)
          expect(tokens(message.usage)).toEqual(tokens(whole.usage))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('reads one block at a time, however mixed the calls were', async () => {
    await fc.assert(
      fc.asyncProperty(mixedParts, async (parts) => {
        const indexes: number[] = []
        const stream = streamed(parts).messages.stream(question)
        stream.on('streamEvent', (event) => {
          if (event.type === 'content_block_start') indexes.push(event.index)
        })
        const message = await stream.finalMessage()
        expect(indexes).toEqual(message.content.map((_, index) => index))
        expect(message.content.map(({ type }) => type)).toEqual(
          asArray(wire.encodeReply(gatherParts(parts), defaults).value.content).map((block) =>
            isObject(block) ? block.type : undefined,
          ),
        )
      }),
      { numRuns: 100 },
    )
  })

  it('shows a no-argument call as an empty object', async () => {
    const parts: Part[] = [
      { type: 'reply-start', id: 'msg_1', model: 'm' },
      { type: 'tool-call-start', choice: 0, index: 0, id: '', name: 'now' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { type: 'choice-finish', choice: 0, finish: 'tool-calls' },
      { type: 'reply-end' },
    ]
    const message = await streamed(parts).messages.stream(question).finalMessage()
    expect(message.content).toEqual([{ type: 'tool_use', id: 'toolu_1_0', name: 'now', input: {} }])
    expect(message.stop_reason).toBe('tool_use')
  })

  it('throws on an error inside a stream, with our type and words', async () => {
    const error = gatewayError('overloaded', 'The provider is busy; try again shortly.')
    const client = streamed([
      { type: 'reply-start', id: 'msg_1', model: 'm' },
      { type: 'text-delta', choice: 0, text: 'Hel' },
      { type: 'reply-error', error },
    ])
    const failure = await client.messages
      .stream(question)
      .finalMessage()
      .catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(APIError)
    expect(String(failure)).toContain('overloaded_error')
    expect(String(failure)).toContain('The provider is busy')
  })

  it('reads a whole reply and an error reply', async () => {
    const reply = { id: 'chatcmpl-7', model: 'm', choices: [{ content: [], finish: 'stop' as const }] }
    const body = JSON.stringify(wire.encodeReply(reply, defaults).value)
    const json = { 'content-type': 'application/json' }
    const message = await clientThatGets(body, { headers: json }).messages.create(question)
    expect([message.id, message.stop_reason]).toEqual(['msg_7', 'end_turn'])

    const refusal = wire.encodeError(gatewayError('rate-limited', 'Slow down.', { retryAfterMs: 1500 }), 'req_1')
    const client = clientThatGets(JSON.stringify(refusal.body), {
      status: refusal.status,
      headers: { ...json, ...refusal.headers },
    })
    const failure = await client.messages.create(question).catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(RateLimitError)
    expect(refusal.headers['retry-after']).toBe('2')
    expect(failure instanceof APIError && failure.requestID).toBe('req_1')
  })
})

/** The SDK takes the split of cache writes from message_start alone, when a translated stream does not know it yet. */
function tokens(usage: unknown) {
  const { cache_creation: _, ...rest } = { cache_creation: null, ...Object(usage) }
  return rest
}

/** The plain SDK does not know the beta's compaction deltas. */
function hasCompaction(reply: Parameters<typeof unfoldReply>[0]): boolean {
  return JSON.stringify(reply).includes('"compaction"')
}
