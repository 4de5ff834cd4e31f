/** The `@mistralai/mistralai` package: chat, streams, tools, embeddings and errors. */

import assert from 'node:assert/strict'
import { Mistral } from '@mistralai/mistralai'
import type {
  AssistantMessage,
  ChatCompletionRequestMessage,
  ContentChunk,
  Tool,
} from '@mistralai/mistralai/models/components'
import { MistralError } from '@mistralai/mistralai/models/errors'
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

const connect = ({ url, key }: Bench): Mistral =>
  new Mistral({ serverURL: url, apiKey: key, retryConfig: { strategy: 'none' } })

const MESSAGES: ChatCompletionRequestMessage[] = [
  { role: 'system', content: SYSTEM },
  { role: 'user', content: QUESTION },
]
const TOOL: Tool & { type: 'function' } = {
  type: 'function',
  function: { name: 'get_weather', description: 'The weather of a city', parameters: WEATHER_SCHEMA },
}

function textOf(content: string | ContentChunk[] | null | undefined): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('')
}

async function loop(bench: Bench, scenario: 'tools' | 'parallel'): Promise<string> {
  const messages: ChatCompletionRequestMessage[] = [{ role: 'user', content: WEATHER_QUESTION }]
  for (let turn = 0; turn < 3; turn++) {
    const reply = await connect(bench).chat.complete({ model: bench.model(scenario), messages, tools: [TOOL] })
    const message: AssistantMessage | undefined = reply.choices[0]?.message
    const calls = message?.toolCalls ?? []
    if (!message || calls.length === 0) return textOf(message?.content)
    messages.push({ ...message, role: 'assistant' })
    for (const call of calls) {
      const input = call.function.arguments
      const { city } = (typeof input === 'string' ? JSON.parse(input) : input) as { city: string }
      messages.push({ role: 'tool', toolCallId: call.id ?? '', name: call.function.name, content: weatherOf(city) })
    }
  }
  throw new Error('the tool loop did not end')
}

export const proof: ClientProof = {
  title: 'mistral',
  packages: ['@mistralai/mistralai'],
  speaks: 'Mistral chat, a dialect of OpenAI Chat Completions',
  checks: [
    {
      name: 'chat.complete',
      async run(bench) {
        const reply = await connect(bench).chat.complete({ model: bench.model('text'), messages: MESSAGES })
        expectText(textOf(reply.choices[0]?.message?.content))
        assert.equal(reply.choices[0]?.finishReason, 'stop')
        expectUsage(bench, reply.usage.promptTokens, reply.usage.completionTokens)
        expectAsked(bench)
      },
    },
    {
      name: 'chat.stream',
      async run(bench) {
        let text = ''
        let tokens: number | undefined
        for await (const { data } of await connect(bench).chat.stream({
          model: bench.model('text'),
          messages: MESSAGES,
        })) {
          text += textOf(data.choices[0]?.delta.content)
          tokens = data.usage?.completionTokens ?? tokens
        }
        expectText(text)
        // Asks for no usage in the stream; Mistral's own sends it always.
        if (bench.upstream === 'mistral') assert.ok(tokens)
      },
    },
    { name: 'tool loop', run: async (bench) => expectWeather(await loop(bench, 'tools')) },
    { name: 'parallel tools', run: async (bench) => expectBothWeathers(await loop(bench, 'parallel')) },
    {
      name: 'structured output',
      async run(bench) {
        const reply = await connect(bench).chat.complete({
          model: bench.model('object'),
          messages: MESSAGES,
          responseFormat: {
            type: 'json_schema',
            jsonSchema: { name: 'person', schemaDefinition: PERSON_SCHEMA, strict: true },
          },
        })
        expectPerson(textOf(reply.choices[0]?.message?.content))
      },
    },
    {
      name: 'image input',
      async run(bench) {
        const imageUrl = `data:image/png;base64,${PIXEL.toString('base64')}`
        const reply = await connect(bench).chat.complete({
          model: bench.model('image'),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: QUESTION },
                { type: 'image_url', imageUrl },
              ],
            },
          ],
        })
        assert.equal(textOf(reply.choices[0]?.message?.content), `An image of ${PIXEL.length} bytes.`)
      },
    },
    {
      name: 'embeddings',
      upstreams: ['mistral', 'openai', 'gemini', 'cohere', 'ollama'],
      async run(bench) {
        const reply = await connect(bench).embeddings.create({ model: bench.model('embed'), inputs: ['one', 'two'] })
        assert.equal(reply.data.length, 2)
        for (const { embedding } of reply.data) expectVector(embedding)
      },
    },
    {
      name: 'errors are MistralErrors with their status',
      async run(bench) {
        for (const [scenario, statuses] of REFUSED_WITH) {
          const error = await failure(
            connect(bench).chat.complete({ model: bench.model(scenario), messages: MESSAGES }),
          )
          assert.ok(error instanceof MistralError, String(error))
          assert.ok(statuses.includes(error.statusCode), `${scenario} came as ${error.statusCode}`)
        }
      },
    },
  ],
}
