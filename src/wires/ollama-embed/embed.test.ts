/** The ollama-embed wire: every recorded exchange against a plain second reading, and what calls and replies become. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asObject, type JsonObject, parseJson } from '../../ground/json.ts'
import type { EmbedCall } from '../../ground/tasks.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { ollamaEmbed as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const metas = existsSync(corpus) ? globSync(`${corpus}/ollama/embeddings/*/*.meta.json`).sort() : []
const title = metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
const defaults = { id: 'x', model: 'm', createdSeconds: 1 }

function read(meta: string) {
  const base = meta.replace(/\.meta\.json$/, '')
  const json = (ending: string) =>
    existsSync(base + ending) ? parseJson(readFileSync(base + ending, 'utf8')) : undefined
  return {
    name: base.slice(corpus.length + 1),
    request: asObject(json('.request.json')),
    response: asObject(json('.response.json')) ?? {},
  }
}

function decoded(body: JsonObject): EmbedCall {
  const call = wire.hub.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}

describe.skipIf(metas.length === 0)(title, () => {
  it.each(metas.map(read))('reads $name, and gives it back', ({ request, response }) => {
    if (request)
      expect(wire.hub.encodeRequest(decoded(request), STANDARD_QUIRKS)).toEqual({ value: request, warnings: [] })
    const reply = wire.hub.decodeReply(response, STANDARD_QUIRKS)
    const { model, embeddings: vectors, prompt_eval_count: input } = response
    expect(reply).toEqual({ ok: true, value: { model, vectors, usage: { input } } })
    const call = decoded({ model: 'm', input: 'x' })
    const back = reply.ok ? wire.hub.encodeReply(reply.value, call, defaults).value : {}
    expect(back).toEqual({ model, embeddings: vectors, prompt_eval_count: input })
    const tap = wire.tap(STANDARD_QUIRKS, {})
    tap.body(response)
    expect(tap.result()).toEqual({ model, usage: { input }, complete: true })
  })
})

describe('requests', () => {
  it('keeps everything a client of this wire says', () => {
    const body = {
      model: 'm',
      input: ['a', 'b'],
      dimensions: 64,
      truncate: false,
      keep_alive: '5m',
      options: { num_ctx: 512 },
    }
    expect(decoded(body)).toMatchObject({ inputs: ['a', 'b'], single: false, dimensions: 64, truncate: false })
    expect(wire.hub.encodeRequest(decoded(body), STANDARD_QUIRKS)).toEqual({ value: body, warnings: [] })
  })

  it('takes the one text of the older API', () => {
    expect(decoded({ model: 'm', prompt: 'a' })).toMatchObject({ inputs: ['a'], single: true })
    expect(wire.hub.encodeRequest(decoded({ model: 'm', prompt: 'a' }), STANDARD_QUIRKS).value).toEqual({
      model: 'm',
      input: 'a',
    })
  })

  it('says what another wire asked in vain', () => {
    const call: EmbedCall = {
      model: 'm',
      inputs: ['a'],
      single: false,
      encoding: 'base64',
      purpose: 'query',
      user: 'u',
      extras: { wire: 'openai-embeddings', fields: { store: true } },
    }
    const { value, warnings } = wire.hub.encodeRequest(call, STANDARD_QUIRKS)
    expect(value).toEqual({ model: 'm', input: ['a'] })
    expect(warnings.map(({ feature }) => feature)).toEqual(['input_type', 'user', 'store'])
  })

  it.each([
    [{ input: 'a' }, 'model'],
    [{ model: 'm' }, 'input'],
    [{ model: 'm', input: [] }, 'input'],
    [{ model: 'm', input: [1] }, 'input[0]'],
    [{ model: 'm', input: 'a', truncate: 'no' }, 'truncate'],
    [{ model: 'm', input: 'a', dimensions: 1.5 }, 'dimensions'],
  ])('names the field that is wrong: %j', (body, param) => {
    const call = wire.hub.decodeRequest(body)
    expect(call.ok ? 'ok' : call.error.param).toBe(param)
  })
})

describe('replies', () => {
  it('reads the one vector of the older API, and errors in place of vectors', () => {
    expect(wire.hub.decodeReply({ embedding: [0.5] }, STANDARD_QUIRKS)).toEqual({
      ok: true,
      value: { model: '', vectors: [[0.5]] },
    })
    const error = wire.hub.decodeReply({ error: 'model "m" not found' }, STANDARD_QUIRKS)
    expect(error.ok ? '' : error.error.message).toBe('model "m" not found')
  })

  it('leaves out counts that nobody made', () => {
    const call = decoded({ model: 'm', input: 'x' })
    expect(wire.hub.encodeReply({ model: '', vectors: [[1]] }, call, defaults).value).toEqual({
      model: 'm',
      embeddings: [[1]],
    })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const body = JSON.parse(JSON.stringify(value))
        const reply = wire.hub.decodeReply(body, STANDARD_QUIRKS)
        if (asObject(body)) wire.hub.decodeRequest(body)
        const tap = wire.tap(STANDARD_QUIRKS, {})
        tap.body(body)
        if (reply.ok) expect(tap.result().complete).toBe(true)
      }),
    )
  })
})
