/** translateTask: what it refuses before a provider is asked, and what it tells after. */

import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../ground/json.ts'
import { anthropicCountTokens } from './anthropic-count-tokens/index.ts'
import { cohereEmbed } from './cohere-embed/index.ts'
import { geminiEmbed } from './gemini-embed/index.ts'
import { openaiEmbeddings } from './openai-embeddings/index.ts'
import { STANDARD_QUIRKS as quirks } from './quirks.ts'
import type { HubTaskWire } from './task-wire.ts'
import { translateTask } from './translate-task.ts'

const defaults = { id: 'x', model: 'm', createdSeconds: 1 }

function translated(client: HubTaskWire<'embeddings'>, upstream: HubTaskWire<'embeddings'>, body: JsonObject) {
  const translation = translateTask(client, upstream)
  const call = translation.ok ? translation.value.decode(body) : translation
  if (!translation.ok || !call.ok) throw new Error('does not translate')
  return { translation: translation.value, call: call.value }
}

describe('translateTask', () => {
  it('refuses a pair of two tasks, with the names of both', () => {
    expect(translateTask(openaiEmbeddings, anthropicCountTokens)).toMatchObject({
      ok: false,
      error: { kind: 'not-supported', message: expect.stringMatching(/count-tokens.*embeddings/) },
    })
  })

  it('refuses token ids where the provider takes only texts, and names the input', () => {
    const ask = (input: JsonObject[string]) => {
      const { translation, call } = translated(openaiEmbeddings, cohereEmbed, { model: 'm', input })
      return translation.request(call, 'embed', quirks)
    }
    expect(ask([1, 2])).toMatchObject({ ok: false, error: { kind: 'invalid-request', param: 'input', status: 400 } })
    expect(ask([[1], [2]])).toMatchObject({ ok: false, error: { param: 'input[0]' } })
    expect(ask(['a', 'b'])).toMatchObject({ ok: true })
    const { translation, call } = translated(openaiEmbeddings, openaiEmbeddings, { model: 'm', input: [[1], [2]] })
    expect(translation.request(call, 'e', quirks)).toMatchObject({ ok: true, value: { value: { input: [[1], [2]] } } })
  })

  it('refuses several texts where the provider takes one a request', () => {
    const ask = (input: string[]) => {
      const { translation, call } = translated(openaiEmbeddings, geminiEmbed, { model: 'm', input })
      return translation.request(call, 'embed', quirks)
    }
    expect(ask(['a'])).toMatchObject({ ok: true })
    expect(ask(['a', 'b'])).toMatchObject({ ok: false, error: { kind: 'invalid-request', param: 'input' } })
  })

  it("asks for the provider's model, and takes the client's from the address where it stands there", () => {
    const { translation, call } = translated(openaiEmbeddings, cohereEmbed, { model: 'route', input: 'a' })
    expect(translation.request(call, 'embed-v4', quirks)).toMatchObject({ value: { value: { model: 'embed-v4' } } })
    const named = translation.decode({ model: 'route', input: 'a' }, 'from-address')
    expect(named).toMatchObject({ ok: true, value: { model: 'from-address' } })
  })

  it("gives the provider's error, not an answer, when it sent one with status 200", () => {
    const { translation, call } = translated(cohereEmbed, openaiEmbeddings, {
      model: 'm',
      texts: ['a'],
      input_type: 'search_query',
      embedding_types: ['float'],
    })
    const context = { call, quirks, defaults, before: [] }
    const refused = translation.reply({ error: { message: 'No such model', code: 'model_not_found' } }, context)
    expect(refused).toMatchObject({ ok: false, error: { kind: 'not-found', origin: 'upstream' } })
  })

  it('refuses a reply with too few or too many vectors', () => {
    const { translation, call } = translated(openaiEmbeddings, openaiEmbeddings, { model: 'm', input: ['a', 'b'] })
    const context = { call, quirks, defaults, before: [] }
    const vectors = (count: number) => ({
      data: Array.from({ length: count }, (_, index) => ({ index, embedding: [1] })),
    })
    expect(translation.reply(vectors(2), context)).toMatchObject({ ok: true })
    for (const count of [0, 1, 3])
      expect(translation.reply(vectors(count), context)).toMatchObject({
        ok: false,
        error: { kind: 'upstream-error', message: `The provider gave ${count} vectors for 2 inputs.` },
      })
  })

  it('joins the warnings of both ways and tells none twice', () => {
    const { translation, call } = translated(openaiEmbeddings, openaiEmbeddings, { model: 'm', input: 'a' })
    const lossy: HubTaskWire<'embeddings'> = {
      ...openaiEmbeddings,
      hub: {
        ...openaiEmbeddings.hub,
        encodeReply: () => ({
          value: {},
          warnings: [
            { feature: 'user', effect: 'dropped', detail: 'Again.' },
            { feature: 'index', effect: 'dropped', detail: 'New.' },
          ],
        }),
      },
    }
    const other = translateTask(lossy, openaiEmbeddings)
    if (!other.ok) throw new Error('does not translate')
    const before = [{ feature: 'user', effect: 'dropped', detail: 'First.' }] as const
    const body = { data: [{ index: 0, embedding: [1] }] }
    const reply = other.value.reply(body, { call, quirks, defaults, before })
    expect(reply.ok && reply.value.warnings.map(({ detail }) => detail)).toEqual(['First.', 'New.'])
    expect(translation.reply(body, { call, quirks, defaults, before })).toMatchObject({ value: { warnings: before } })
  })
})
