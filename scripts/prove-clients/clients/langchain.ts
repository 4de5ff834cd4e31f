/** The `@langchain/openai` package: chat models over Chat Completions and Responses, and embeddings. */

import assert from 'node:assert/strict'
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import * as z from 'zod'
import {
  expectAsked,
  expectBothWeathers,
  expectPerson,
  expectText,
  expectUsage,
  expectVector,
  expectWeather,
  failure,
  QUESTION,
  SYSTEM,
  WEATHER_QUESTION,
  weatherOf,
} from '../expect.ts'
import type { Bench, Check, ClientProof } from '../proof.ts'
import { PIXEL } from '../upstream/scenario.ts'

const getWeather = tool(({ city }: { city: string }) => weatherOf(city), {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: z.object({ city: z.string() }),
})

function checks(useResponsesApi: boolean): Check[] {
  const how = useResponsesApi ? 'responses' : 'chat'
  const chat = ({ url, key }: Bench, model: string): ChatOpenAI =>
    new ChatOpenAI({ model, apiKey: key, maxRetries: 0, useResponsesApi, configuration: { baseURL: `${url}/v1` } })

  async function loop(bench: Bench, scenario: 'tools' | 'parallel'): Promise<string> {
    const model = chat(bench, bench.model(scenario)).bindTools([getWeather])
    const messages: BaseMessage[] = [new HumanMessage(WEATHER_QUESTION)]
    for (let turn = 0; turn < 3; turn++) {
      const reply = await model.invoke(messages)
      messages.push(reply)
      const calls = reply.tool_calls ?? []
      if (calls.length === 0) return reply.text
      for (const call of calls) {
        const said: unknown = await getWeather.invoke({ ...call, type: 'tool_call' })
        assert.ok(said instanceof ToolMessage)
        messages.push(said)
      }
    }
    throw new Error('the tool loop did not end')
  }

  return [
    {
      name: `invoke, ${how}`,
      async run(bench) {
        const reply = await chat(bench, bench.model('text')).invoke([
          new SystemMessage(SYSTEM),
          new HumanMessage(QUESTION),
        ])
        expectText(reply.text)
        expectUsage(bench, reply.usage_metadata?.input_tokens, reply.usage_metadata?.output_tokens)
        expectAsked(bench)
      },
    },
    {
      name: `stream, ${how}`,
      async run(bench) {
        let whole: AIMessage | undefined
        let text = ''
        for await (const chunk of await chat(bench, bench.model('text')).stream(QUESTION)) {
          text += chunk.text
          if (chunk.usage_metadata) whole = new AIMessage({ content: '', usage_metadata: chunk.usage_metadata })
        }
        expectText(text)
        expectUsage(bench, whole?.usage_metadata?.input_tokens, whole?.usage_metadata?.output_tokens)
      },
    },
    { name: `tool loop, ${how}`, run: async (bench) => expectWeather(await loop(bench, 'tools')) },
    { name: `parallel tools, ${how}`, run: async (bench) => expectBothWeathers(await loop(bench, 'parallel')) },
    {
      name: `withStructuredOutput, ${how}`,
      async run(bench) {
        const schema = z.object({ name: z.string(), age: z.int() })
        const model = chat(bench, bench.model('object')).withStructuredOutput(schema, {
          name: 'person',
          method: 'jsonSchema',
        })
        expectPerson(await model.invoke(QUESTION))
      },
    },
    {
      name: `image input, ${how}`,
      async run(bench) {
        const url = `data:image/png;base64,${PIXEL.toString('base64')}`
        const content = [
          { type: 'text' as const, text: QUESTION },
          { type: 'image_url' as const, image_url: { url } },
        ]
        const reply = await chat(bench, bench.model('image')).invoke([new HumanMessage({ content })])
        assert.equal(reply.text, `An image of ${PIXEL.length} bytes.`)
      },
    },
    {
      name: `rate limit is told, ${how}`,
      async run(bench) {
        const error = await failure(chat(bench, bench.model('error-429')).invoke(QUESTION))
        assert.ok(error instanceof Error && 'status' in error, String(error))
        assert.equal(error.status, 429)
      },
    },
  ]
}

export const proof: ClientProof = {
  title: 'langchain openai',
  packages: ['@langchain/openai', '@langchain/core'],
  speaks: 'OpenAI Chat Completions and Responses',
  checks: [
    ...checks(false),
    ...checks(true),
    {
      name: 'embedDocuments',
      upstreams: ['openai', 'gemini', 'cohere', 'ollama'],
      async run(bench) {
        const model = new OpenAIEmbeddings({
          model: bench.model('embed'),
          apiKey: bench.key,
          maxRetries: 0,
          configuration: { baseURL: `${bench.url}/v1` },
        })
        const vectors = await model.embedDocuments(['one', 'two'])
        assert.equal(vectors.length, 2)
        for (const vector of vectors) expectVector(vector)
      },
    },
  ],
}
