/** The `ollama` package: chat, generate, streams, tools, thinking, embeddings and the list of models. */

import assert from 'node:assert/strict'
import { type Message, Ollama, type Tool } from 'ollama'
import {
  expectAsked,
  expectBothWeathers,
  expectPerson,
  expectText,
  expectThinking,
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
import { THINKING_SHOWN } from '../stand-ins.ts'
import { PIXEL } from '../upstream/scenario.ts'

const connect = ({ url, key }: Bench): Ollama => new Ollama({ host: url, headers: { authorization: `Bearer ${key}` } })

const MESSAGES: Message[] = [
  { role: 'system', content: SYSTEM },
  { role: 'user', content: QUESTION },
]
const TOOL: Tool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { ...WEATHER_SCHEMA, required: ['city'] },
  },
}

async function loop(bench: Bench, scenario: 'tools' | 'parallel', streamed: boolean): Promise<string> {
  const client = connect(bench)
  const messages: Message[] = [{ role: 'user', content: WEATHER_QUESTION }]
  for (let turn = 0; turn < 3; turn++) {
    const request = { model: bench.model(scenario), messages, tools: [TOOL] }
    const message: Message = streamed ? { role: 'assistant', content: '' } : (await client.chat(request)).message
    if (streamed) {
      for await (const chunk of await client.chat({ ...request, stream: true })) {
        message.content += chunk.message.content
        if (chunk.message.tool_calls) message.tool_calls = [...(message.tool_calls ?? []), ...chunk.message.tool_calls]
      }
    }
    const calls = message.tool_calls ?? []
    if (calls.length === 0) return message.content
    messages.push(message)
    for (const call of calls)
      messages.push({ role: 'tool', tool_name: call.function.name, content: weatherOf(call.function.arguments.city) })
  }
  throw new Error('the tool loop did not end')
}

export const proof: ClientProof = {
  title: 'ollama',
  packages: ['ollama'],
  speaks: 'Ollama chat, generate and embed',
  checks: [
    {
      name: 'chat',
      async run(bench) {
        const reply = await connect(bench).chat({ model: bench.model('text'), messages: MESSAGES })
        expectText(reply.message.content)
        assert.equal(reply.done, true)
        assert.equal(reply.done_reason, 'stop')
        expectUsage(bench, reply.prompt_eval_count, reply.eval_count)
        expectAsked(bench)
      },
    },
    {
      name: 'chat, streamed',
      async run(bench) {
        let text = ''
        let ends = 0
        for await (const chunk of await connect(bench).chat({
          model: bench.model('text'),
          messages: MESSAGES,
          stream: true,
        })) {
          text += chunk.message.content
          if (!chunk.done) continue
          ends += 1
          expectUsage(bench, chunk.prompt_eval_count, chunk.eval_count)
        }
        expectText(text)
        assert.equal(ends, 1)
      },
    },
    {
      name: 'generate',
      async run(bench) {
        const reply = await connect(bench).generate({ model: bench.model('text'), prompt: QUESTION, system: SYSTEM })
        expectText(reply.response)
        expectUsage(bench, reply.prompt_eval_count, reply.eval_count)
        expectAsked(bench)
      },
    },
    {
      name: 'generate, streamed',
      async run(bench) {
        let text = ''
        for await (const chunk of await connect(bench).generate({
          model: bench.model('text'),
          prompt: QUESTION,
          stream: true,
        }))
          text += chunk.response
        expectText(text)
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
          format: PERSON_SCHEMA,
        })
        expectPerson(reply.message.content)
      },
    },
    {
      name: 'image input',
      async run(bench) {
        const reply = await connect(bench).chat({
          model: bench.model('image'),
          messages: [{ role: 'user', content: QUESTION, images: [PIXEL] }],
        })
        assert.equal(reply.message.content, `An image of ${PIXEL.length} bytes.`)
      },
    },
    {
      name: 'thinking',
      upstreams: THINKING_SHOWN,
      async run(bench) {
        const reply = await connect(bench).chat({ model: bench.model('thinking'), messages: MESSAGES, think: true })
        expectThinking(reply.message.thinking)
        expectText(reply.message.content)
      },
    },
    {
      name: 'embed',
      upstreams: ['openai', 'gemini', 'cohere', 'ollama'],
      async run(bench) {
        const reply = await connect(bench).embed({ model: bench.model('embed'), input: ['one', 'two'] })
        assert.equal(reply.embeddings.length, 2)
        for (const vector of reply.embeddings) expectVector(vector)
      },
    },
    {
      name: 'list',
      upstreams: ['ollama'],
      async run(bench) {
        const { models } = await connect(bench).list()
        assert.ok(models.length > 0)
        assert.ok(models[0]?.model)
      },
    },
    {
      name: 'errors carry their status and text',
      async run(bench) {
        for (const [scenario, statuses] of REFUSED_WITH) {
          const error = await failure(connect(bench).chat({ model: bench.model(scenario), messages: MESSAGES }))
          assert.ok(error instanceof Error && 'status_code' in error, String(error))
          assert.ok(statuses.includes(Number(error.status_code)), `${scenario} came as ${error.status_code}`)
        }
      },
    },
    {
      name: 'an error within the stream is thrown',
      async run(bench) {
        let text = ''
        const reading = async (): Promise<void> => {
          const stream = await connect(bench).chat({
            model: bench.model('error-midstream'),
            messages: MESSAGES,
            stream: true,
          })
          for await (const chunk of stream) text += chunk.message.content
        }
        assert.match(String(await failure(reading())), /server had an error/)
        expectText(text)
      },
    },
  ],
}
