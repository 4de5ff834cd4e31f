/** Laws of calls that are not chat, between every two wires of one task: nothing is lost without a warning; and of all errors. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block, ChatCall } from '../../src/ground/chat-call.ts'
import { ERROR_STATUS, type ErrorKind, gatewayError } from '../../src/ground/error.ts'
import { type JsonObject, parseJson } from '../../src/ground/json.ts'
import type { EmbedCall, EmbedReply, RerankCall, RerankReply } from '../../src/ground/tasks.ts'
import { totalInput } from '../../src/ground/usage.ts'
import { STANDARD_QUIRKS as quirks } from '../../src/wires/quirks.ts'
import type { HubTask, HubTaskWire, TaskHubs, TaskWire } from '../../src/wires/task-wire.ts'
import { type TaskTranslation, translateTask } from '../../src/wires/translate-task.ts'
import { presentChatWires, presentTaskWires } from '../support/present-wires.ts'
import { sharedCall, words } from './hub-arbitraries.ts'

const defaults = { id: 'x', model: 'm', createdSeconds: 1 }
const runs = { numRuns: 100 }
const wires = await presentTaskWires()

type Call<Task extends HubTask> = TaskHubs[Task]['call']
type Reply<Task extends HubTask> = TaskHubs[Task]['reply']

function value<T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const through = (json: JsonObject): JsonObject => JSON.parse(JSON.stringify(json))

/** Every two wires of a task, each beside itself too. */
function pairs<Wire extends TaskWire>(ofTask: readonly Wire[]): [string, Wire, Wire][] {
  return ofTask.flatMap((client) =>
    ofTask.map((upstream): [string, Wire, Wire] => [`${client.name} over ${upstream.name}`, client, upstream]),
  )
}

/** The call as the client's wire reads it, and what the provider's wire reads of what it is sent. */
function callThrough<Task extends HubTask>(client: HubTaskWire<Task>, upstream: HubTaskWire<Task>, sent: Call<Task>) {
  const translation: TaskTranslation<Task> = value(translateTask(client, upstream))
  const body = through(client.hub.encodeRequest(sent, quirks).value)
  const call = value(translation.decode(body, client.address === 'path' ? 'm' : undefined))
  const asked = value(translation.request(call, 'upstream-model', quirks))
  const there = value(upstream.hub.decodeRequest(through(asked.value)))
  return { translation, call, there, warnings: asked.warnings }
}

function replyThrough<Task extends HubTask>(
  { translation, call, there }: { translation: TaskTranslation<Task>; call: Call<Task>; there: Call<Task> },
  client: HubTaskWire<Task>,
  upstream: HubTaskWire<Task>,
  reply: Reply<Task>,
): Reply<Task> {
  const body = through(upstream.hub.encodeReply(reply, there, defaults).value)
  const answered = value(translation.reply(body, { call, quirks, defaults, before: [] }))
  return value(client.hub.decodeReply(through(answered.value), quirks))
}

const dimensions = 4
const embedCall: fc.Arbitrary<EmbedCall> = fc
  .record(
    {
      model: fc.constant('m'),
      inputs: fc.array(words, { minLength: 1, maxLength: 3 }),
      single: fc.boolean(),
      dimensions: fc.constant(dimensions),
      purpose: fc.constantFrom('query', 'document', 'similarity', 'classification', 'clustering'),
      encoding: fc.constantFrom('float', 'base64'),
      truncate: fc.boolean(),
    },
    { requiredKeys: ['model', 'inputs', 'single', 'encoding'] },
  )
  .map((call) => ({ ...call, single: call.single && call.inputs.length === 1 }))

const number = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1 }).map((made) => made || 0)

function embedReply(call: EmbedCall): fc.Arbitrary<EmbedReply> {
  const vector = fc.array(number, { minLength: dimensions, maxLength: dimensions })
  return fc.record({
    model: fc.constant('upstream-model'),
    vectors: fc.array(vector, { minLength: call.inputs.length, maxLength: call.inputs.length }),
    usage: fc.record({ input: fc.integer({ min: 1, max: 1e6 }) }),
  })
}

const embedders = wires.filter((wire) => wire.task === 'embeddings')

describe.each(pairs(embedders))('embeddings: %s', (_, client, upstream) => {
  it('keeps inputs and their order, and tells what becomes of the rest', () => {
    fc.assert(
      fc.property(takenBy([client, upstream], embedCall), (sent) => {
        const { call, there, warnings } = callThrough(client, upstream, sent)
        expect(call.inputs).toEqual(sent.inputs)
        expect(there.inputs).toEqual(sent.inputs)
        const told = new Set(warnings.map(({ feature }) => feature))
        if (there.dimensions !== call.dimensions) expect([...told].join()).toMatch(/dimension/i)
        if (there.purpose !== call.purpose) expect([...told].join()).toMatch(/input_type|task_?type|purpose/i)
        // To cut what is too long is what a provider does that cannot be told.
        if (there.truncate !== call.truncate && call.truncate === false) expect([...told].join()).toMatch(/truncat/i)
        if (upstream.address === 'body') expect(there.model).toBe('upstream-model')
      }),
      runs,
    )
  })

  it('gives the vectors of the provider, in the inputs order, as 32-bit floats or better', () => {
    const exchange = takenBy([client, upstream], embedCall).chain((call) =>
      fc.tuple(fc.constant(call), embedReply(call)),
    )
    fc.assert(
      fc.property(exchange, ([sent, reply]) => {
        const back = replyThrough(callThrough(client, upstream, sent), client, upstream, reply)
        expect(back.vectors.map((vector) => vector.map(Math.fround))).toEqual(
          reply.vectors.map((vector) => vector.map(Math.fround)),
        )
        if (back.usage) expect(totalInput(back.usage)).toBe(reply.usage?.input)
      }),
      runs,
    )
  })

  it('refuses what it cannot answer whole: several inputs where one fits, another number of vectors than of inputs', () => {
    const several: EmbedCall = { model: 'm', inputs: ['a', 'b', 'c'], single: false, encoding: 'float' }
    const translation = value(translateTask(client, upstream))
    const asked = translation.request(several, 'upstream-model', quirks)
    if (asked.ok) {
      const there = value(upstream.hub.decodeRequest(through(asked.value.value)))
      expect(there.inputs).toEqual(several.inputs)
    } else expect(asked.error).toMatchObject({ kind: 'invalid-request', param: 'input' })
    const two: EmbedReply = { model: 'm', vectors: [[1], [2]] }
    const body = through(upstream.hub.encodeReply(two, several, defaults).value)
    const answered = translation.reply(body, { call: several, quirks, defaults, before: [] })
    expect(answered).toMatchObject({ ok: false, error: { kind: 'upstream-error' } })
  })
})

/** Calls that both wires can say at all: some take one input only. */
function takenBy(both: readonly HubTaskWire<'embeddings'>[], calls: fc.Arbitrary<EmbedCall>): fc.Arbitrary<EmbedCall> {
  const two: EmbedCall = { model: 'm', inputs: ['a', 'b'], single: false, encoding: 'float' }
  const takeMany = both.every((wire) => {
    const back = wire.hub.decodeRequest(through(wire.hub.encodeRequest(two, quirks).value))
    return back.ok && back.value.inputs.length === 2
  })
  return takeMany ? calls : calls.map((call) => ({ ...call, inputs: call.inputs.slice(0, 1) }))
}

const rerankCall: fc.Arbitrary<RerankCall> = fc.record(
  {
    model: fc.constant('m'),
    query: words,
    documents: fc.array(words, { minLength: 3, maxLength: 3 }),
    topN: fc.constantFrom(1, 3),
    returnDocuments: fc.boolean(),
  },
  { requiredKeys: ['model', 'query', 'documents', 'returnDocuments'] },
)
const rerankReply: RerankReply = {
  id: 'r',
  model: 'upstream-model',
  results: [
    { index: 2, score: 0.75 },
    { index: 0, score: 0.5 },
  ],
  usage: { search: 1 },
}
const rerankers = wires.filter((wire) => wire.task === 'rerank')

describe.each(pairs(rerankers))('rerank: %s', (_, client, upstream) => {
  it('keeps the question, the documents, and the order and scores of the answer', () => {
    fc.assert(
      fc.property(rerankCall, (sent) => {
        const made = callThrough(client, upstream, sent)
        const { query, documents, topN } = made.there
        expect({ query, documents, topN }).toEqual({ query: sent.query, documents: sent.documents, topN: sent.topN })
        const back = replyThrough(made, client, upstream, rerankReply)
        expect(back.results.map(({ index, score }) => ({ index, score }))).toEqual(rerankReply.results)
        expect(back.usage).toEqual(rerankReply.usage)
      }),
      runs,
    )
  })
})

/** Every text that is counted, wherever it stands. */
function texts(call: ChatCall): string[] {
  const inBlock = (block: Block): string[] => {
    if (block.type === 'text') return [block.text]
    return block.type === 'tool-result' ? block.content.flatMap(inBlock) : []
  }
  return call.messages.flatMap(({ content }) => content.flatMap(inBlock)).sort()
}

const counters = wires.filter((wire) => wire.task === 'count-tokens')

/** Not every API fetches pictures from the web, takes arguments that are cut, or keeps tools that it must not call. */
const countedCall = sharedCall.filter(({ messages, toolChoice }) => {
  const blocks = messages.flatMap(({ content }) => content)
  return (
    toolChoice?.type !== 'none' &&
    blocks.every((block) => block.type !== 'image' || block.source.kind === 'base64') &&
    blocks.every((block) => block.type !== 'tool-call' || parseJson(block.arguments) !== undefined)
  )
})

const toolNames = (call: ChatCall) => call.tools?.map((tool) => (tool.kind === 'function' ? tool.name : ''))

describe.each(pairs(counters))('count-tokens: %s', (_, client, upstream) => {
  it('keeps every text, picture and tool that is counted, and the count', () => {
    fc.assert(
      fc.property(countedCall, fc.nat(1e6), (sent, inputTokens) => {
        const made = callThrough(client, upstream, sent)
        expect(texts(made.there)).toEqual(texts(sent))
        expect(toolNames(made.there)).toEqual(toolNames(sent))
        const pictures = (call: ChatCall) =>
          call.messages.flatMap(({ content }) => content.filter((block) => block.type === 'image'))
        expect(pictures(made.there)).toHaveLength(pictures(sent).length)
        expect(made.warnings.filter(({ feature }) => !feature.includes('strict'))).toEqual([])
        expect(replyThrough(made, client, upstream, { inputTokens })).toEqual({ inputTokens })
      }),
      runs,
    )
  })
})

it('does not let a provider of one task answer a call of another', () => {
  const [embedder] = embedders
  const [counter] = counters
  if (!embedder || !counter) throw new Error('there are no wires')
  expect(translateTask(embedder, counter)).toMatchObject({ ok: false, error: { kind: 'not-supported' } })
})

const kinds = Object.keys(ERROR_STATUS).filter((kind): kind is ErrorKind => kind in ERROR_STATUS)

describe.each([...(await presentChatWires()), ...wires].map((wire) => [wire.name, wire] as const))(
  'errors of %s',
  (_, wire) => {
    it.each(kinds)('has a shape for %s that says what happened, and reads it again', (kind) => {
      const error = gatewayError(kind, 'The lake is frozen: bring skates.', { param: 'messages[0]', code: 'frozen' })
      const { status, headers, body } = wire.encodeError(error, 'req_1')
      expect(status).toBeGreaterThanOrEqual(400)
      expect(JSON.stringify(headers)).toContain('req_1')
      const read = wire.decodeError(status, new Headers(headers), through(body))
      expect(read).toMatchObject({ message: error.message, origin: 'upstream' })
      // What a client may send again must not become what it may not.
      if (error.retryable) expect(read.retryable).toBe(true)
    })
  },
)
