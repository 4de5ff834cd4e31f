/** The `cohere-ai` package: chat, streams, tools, embeddings, rerank and errors of version 2. */

import assert from 'node:assert/strict'
import { type Cohere, CohereClientV2, CohereError } from 'cohere-ai'
import {
  expectAsked,
  expectBothWeathers,
  expectPerson,
  expectText,
  expectUsage,
  expectVector,
  expectWeather,
  failure,
  PERSON_SCHEMA,
  QUESTION,
  REFUSED_WITH,
  SYSTEM,
  WEATHER_QUESTION,
  WEATHER_SCHEMA,
  weatherOf,
} from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'
import { PIXEL } from '../upstream/scenario.ts'

const connect = ({ url, key }: Bench): CohereClientV2 =>
  new CohereClientV2({ environment: url, token: key, maxRetries: 0 })

const MESSAGES: Cohere.ChatMessages = [
  { role: 'system', content: SYSTEM },
  { role: 'user', content: QUESTION },
]
const TOOL: Cohere.ToolV2 = {
  type: 'function',
  function: { name: 'get_weather', description: 'The weather of a city', parameters: WEATHER_SCHEMA },
}

function textOf(message: Cohere.AssistantMessageResponse | undefined): string {
  return (message?.content ?? []).map((block) => (block.type === 'text' ? block.text : '')).join('')
}

async function loop(bench: Bench, scenario: 'tools' | 'parallel', streamed: boolean): Promise<string> {
  const client = connect(bench)
  const messages: Cohere.ChatMessages = [{ role: 'user', content: WEATHER_QUESTION }]
  for (let turn = 0; turn < 3; turn++) {
    const request = { model: bench.model(scenario), messages, tools: [TOOL] }
    const { text, calls, plan } = streamed
      ? await gather(await client.chatStream(request))
      : heard(await client.chat(request))
    if (calls.length === 0) return text
    messages.push({ role: 'assistant', toolCalls: calls, ...(plan ? { toolPlan: plan } : {}) })
    for (const call of calls) {
      const { city } = JSON.parse(call.function?.arguments ?? '') as { city: string }
      messages.push({ role: 'tool', toolCallId: call.id, content: weatherOf(city) })
    }
  }
  throw new Error('the tool loop did not end')
}

interface Heard {
  text: string
  calls: Cohere.ToolCallV2[]
  plan: string | undefined
}

function heard({ message }: Cohere.V2ChatResponse): Heard {
  return { text: textOf(message), calls: message.toolCalls ?? [], plan: message.toolPlan }
}

async function gather(stream: AsyncIterable<Cohere.V2ChatStreamResponse>): Promise<Heard> {
  let text = ''
  let plan = ''
  const calls: { id: string; type: 'function'; function: { name: string; arguments: string } }[] = []
  for await (const event of stream) {
    if (event.type === 'content-delta') text += event.delta?.message?.content?.text ?? ''
    if (event.type === 'tool-plan-delta') plan += event.delta?.message?.toolPlan ?? ''
    if (event.type === 'tool-call-start') {
      const call = event.delta?.message?.toolCalls
      calls.push({
        id: call?.id ?? '',
        type: 'function',
        function: { name: call?.function?.name ?? '', arguments: call?.function?.arguments ?? '' },
      })
    }
    const last = calls.at(-1)
    if (event.type === 'tool-call-delta' && last)
      last.function.arguments += event.delta?.message?.toolCalls?.function?.arguments ?? ''
  }
  return { text, calls, plan }
}

export const proof: ClientProof = {
  title: 'cohere',
  packages: ['cohere-ai'],
  speaks: 'Cohere Chat, Embed and Rerank, version 2',
  checks: [
    {
      name: 'chat',
      async run(bench) {
        const reply = await connect(bench).chat({ model: bench.model('text'), messages: MESSAGES })
        expectText(textOf(reply.message))
        assert.equal(reply.finishReason, 'COMPLETE')
        expectUsage(bench, reply.usage?.tokens?.inputTokens, reply.usage?.tokens?.outputTokens)
        expectAsked(bench)
      },
    },
    {
      name: 'chatStream',
      async run(bench) {
        let text = ''
        let usage: Cohere.Usage | undefined
        for await (const event of await connect(bench).chatStream({ model: bench.model('text'), messages: MESSAGES })) {
          if (event.type === 'content-delta') text += event.delta?.message?.content?.text ?? ''
          if (event.type === 'message-end') usage = event.delta?.usage
        }
        expectText(text)
        expectUsage(bench, usage?.tokens?.inputTokens, usage?.tokens?.outputTokens)
      },
    },
    { name: 'tool loop', run: async (bench) => expectWeather(await loop(bench, 'tools', false)) },
    { name: 'tool loop, streamed', run: async (bench) => expectWeather(await loop(bench, 'tools', true)) },
    { name: 'parallel tools', run: async (bench) => expectBothWeathers(await loop(bench, 'parallel', false)) },
    { name: 'parallel tools, streamed', run: async (bench) => expectBothWeathers(await loop(bench, 'parallel', true)) },
    {
      name: 'structured output',
      async run(bench) {
        const reply = await connect(bench).chat({
          model: bench.model('object'),
          messages: MESSAGES,
          responseFormat: { type: 'json_object', jsonSchema: PERSON_SCHEMA },
        })
        expectPerson(textOf(reply.message))
      },
    },
    {
      name: 'image input',
      async run(bench) {
        const url = `data:image/png;base64,${PIXEL.toString('base64')}`
        const reply = await connect(bench).chat({
          model: bench.model('image'),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: QUESTION },
                { type: 'image_url', imageUrl: { url } },
              ],
            },
          ],
        })
        assert.equal(textOf(reply.message), `An image of ${PIXEL.length} bytes.`)
      },
    },
    {
      name: 'embed',
      upstreams: ['openai', 'gemini', 'cohere', 'ollama'],
      async run(bench) {
        const reply = await connect(bench).embed({
          model: bench.model('embed'),
          texts: ['one', 'two'],
          inputType: 'search_document',
          embeddingTypes: ['float'],
        })
        assert.equal(reply.embeddings.float?.length, 2)
        for (const vector of reply.embeddings.float ?? []) expectVector(vector)
      },
    },
    {
      name: 'rerank',
      upstreams: ['cohere'],
      async run(bench) {
        const reply = await connect(bench).rerank({
          model: bench.model('rerank'),
          query: 'sluice',
          documents: ['a', 'b', 'c'],
          topN: 2,
        })
        assert.deepEqual(
          reply.results.map(({ index, relevanceScore }) => [index, relevanceScore]),
          [
            [2, 0.875],
            [0, 0.25],
          ],
        )
      },
    },
    {
      name: 'errors are CohereErrors with their status',
      async run(bench) {
        for (const [scenario, statuses] of REFUSED_WITH) {
          const error = await failure(connect(bench).chat({ model: bench.model(scenario), messages: MESSAGES }))
          assert.ok(error instanceof CohereError, String(error))
          assert.ok(statuses.includes(error.statusCode), `${scenario} came as ${error.statusCode}`)
        }
      },
    },
  ],
}
