/** The `openai` package: Chat Completions, whole, streamed and by its helpers. */

import assert from 'node:assert/strict'
import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import * as z from 'zod'
import {
  EMPTY_SCHEMA,
  expectAsked,
  expectBothWeathers,
  expectPerson,
  expectText,
  expectTime,
  expectUsage,
  expectWeather,
  QUESTION,
  SYSTEM,
  TIME,
  WEATHER_QUESTION,
  WEATHER_SCHEMA,
  weatherOf,
} from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'
import { THINKING_SHOWN } from '../stand-ins.ts'
import { PDF, PIXEL, TEXT, THINKING } from '../upstream/scenario.ts'
import { openaiChatErrorChecks } from './openai-chat-errors.ts'

const connect = ({ url, key }: Bench): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })

const MESSAGES: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'system', content: SYSTEM },
  { role: 'user', content: QUESTION },
]
const TOOL: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: { name: 'get_weather', description: 'The weather of a city', parameters: WEATHER_SCHEMA },
}

type ToolScenario = 'tools' | 'parallel' | 'bare-tool' | 'thinking-tools'
const TIME_TOOL: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: { name: 'get_time', description: 'The time', parameters: EMPTY_SCHEMA },
}

/** Runs the loop an app writes by hand, until the model answers in text. */
async function loop(bench: Bench, scenario: ToolScenario, streamed: boolean): Promise<string> {
  const client = connect(bench)
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: WEATHER_QUESTION }]
  const isThinking = scenario === 'thinking-tools'
  for (let turn = 0; turn < 3; turn++) {
    const request = {
      model: bench.model(scenario),
      messages,
      tools: [TOOL, TIME_TOOL],
      ...(isThinking ? { reasoning_effort: 'medium' as const } : {}),
    }
    const completion = streamed
      ? await client.chat.completions.stream(request).finalChatCompletion()
      : await client.chat.completions.create(request)
    const choice = completion.choices[0]
    assert.ok(choice)
    if (choice.finish_reason !== 'tool_calls') return choice.message.content ?? ''
    messages.push(choice.message)
    for (const call of choice.message.tool_calls ?? []) {
      assert.equal(call.type, 'function')
      if (call.type !== 'function') continue
      const { city } = JSON.parse(call.function.arguments) as { city?: string }
      const content = call.function.name === 'get_time' ? TIME : weatherOf(city)
      messages.push({ role: 'tool', tool_call_id: call.id, content })
    }
  }
  throw new Error('the tool loop did not end')
}

const person = z.object({ name: z.string(), age: z.int() })

export const proof: ClientProof = {
  title: 'openai chat',
  packages: ['openai'],
  speaks: 'OpenAI Chat Completions',
  checks: [
    {
      name: 'answers with text and usage',
      async run(bench) {
        const completion = await connect(bench).chat.completions.create({
          model: bench.model('text'),
          messages: MESSAGES,
          max_completion_tokens: 100,
        })
        expectText(completion.choices[0]?.message.content)
        assert.equal(completion.choices[0]?.finish_reason, 'stop')
        assert.equal(completion.object, 'chat.completion')
        const { usage } = completion
        expectUsage(
          bench,
          usage?.prompt_tokens,
          usage?.completion_tokens,
          usage?.prompt_tokens_details?.cached_tokens ?? 0,
        )
        expectAsked(bench)
      },
    },
    {
      name: 'streams text and usage',
      async run(bench) {
        const stream = await connect(bench).chat.completions.create({
          model: bench.model('text'),
          messages: MESSAGES,
          stream: true,
          stream_options: { include_usage: true },
        })
        let text = ''
        let usage: OpenAI.CompletionUsage | null | undefined
        let chunks = 0
        for await (const chunk of stream) {
          text += chunk.choices[0]?.delta.content ?? ''
          usage = chunk.usage ?? usage
          chunks += 1
        }
        expectText(text)
        assert.ok(chunks > 3, `the stream came in ${chunks} chunks`)
        expectUsage(bench, usage?.prompt_tokens, usage?.completion_tokens)
      },
    },
    {
      name: 'streams without usage unless asked',
      async run(bench) {
        const stream = await connect(bench).chat.completions.create({
          model: bench.model('text'),
          messages: MESSAGES,
          stream: true,
        })
        for await (const chunk of stream) {
          assert.ok(!chunk.usage, 'usage came unasked')
          assert.equal(chunk.choices.length, 1)
        }
      },
    },
    {
      name: 'stream helper assembles the message',
      async run(bench) {
        const stream = connect(bench).chat.completions.stream({ model: bench.model('text'), messages: MESSAGES })
        const deltas: string[] = []
        stream.on('content', (delta) => deltas.push(delta))
        expectText(await stream.finalContent())
        assert.equal(deltas.join(''), TEXT)
      },
    },
    { name: 'tool loop', run: async (bench) => expectWeather(await loop(bench, 'tools', false)) },
    { name: 'tool loop, streamed', run: async (bench) => expectWeather(await loop(bench, 'tools', true)) },
    { name: 'parallel tools', run: async (bench) => expectBothWeathers(await loop(bench, 'parallel', false)) },
    { name: 'parallel tools, streamed', run: async (bench) => expectBothWeathers(await loop(bench, 'parallel', true)) },
    { name: 'tool without arguments', run: async (bench) => expectTime(await loop(bench, 'bare-tool', false)) },
    {
      name: 'tool without arguments, streamed',
      run: async (bench) => expectTime(await loop(bench, 'bare-tool', true)),
    },
    {
      name: 'runTools helper',
      async run(bench) {
        const runner = connect(bench).chat.completions.runTools({
          model: bench.model('tools'),
          messages: [{ role: 'user', content: WEATHER_QUESTION }],
          tools: [
            {
              type: 'function',
              function: {
                name: 'get_weather',
                description: 'The weather of a city',
                parameters: WEATHER_SCHEMA,
                parse: (text: string) => JSON.parse(text) as { city: string },
                function: ({ city }: { city: string }) => weatherOf(city),
              },
            },
          ],
        })
        expectWeather(await runner.finalContent())
      },
    },
    {
      name: 'structured output by parse',
      async run(bench) {
        const completion = await connect(bench).chat.completions.parse({
          model: bench.model('object'),
          messages: MESSAGES,
          response_format: zodResponseFormat(person, 'person'),
        })
        expectPerson(completion.choices[0]?.message.parsed)
      },
    },
    {
      name: 'image input',
      async run(bench) {
        const completion = await connect(bench).chat.completions.create({
          model: bench.model('image'),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: QUESTION },
                { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL.toString('base64')}` } },
              ],
            },
          ],
        })
        assert.equal(completion.choices[0]?.message.content, `An image of ${PIXEL.length} bytes.`)
      },
    },
    {
      name: 'document input',
      async run(bench) {
        const file = { filename: 'gate.pdf', file_data: `data:application/pdf;base64,${PDF.toString('base64')}` }
        const completion = await connect(bench).chat.completions.create({
          model: bench.model('document'),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: QUESTION },
                { type: 'file', file },
              ],
            },
          ],
        })
        assert.equal(completion.choices[0]?.message.content, `A document of ${PDF.length} bytes.`)
      },
    },
    {
      name: 'reasoning',
      upstreams: THINKING_SHOWN,
      async run(bench) {
        const completion = await connect(bench).chat.completions.create({
          model: bench.model('thinking'),
          messages: MESSAGES,
          reasoning_effort: 'medium',
        })
        const message = completion.choices[0]?.message
        expectText(message?.content)
        assert.equal(message && 'reasoning_content' in message ? message.reasoning_content : undefined, THINKING)
      },
    },
    {
      name: 'reasoning through a tool loop',
      run: async (bench) => expectWeather(await loop(bench, 'thinking-tools', false)),
    },
    {
      name: 'reasoning through a tool loop, streamed',
      run: async (bench) => expectWeather(await loop(bench, 'thinking-tools', true)),
    },
    {
      name: 'says that the answer was cut',
      async run(bench) {
        const completion = await connect(bench).chat.completions.create({
          model: bench.model('long'),
          messages: MESSAGES,
          max_completion_tokens: 12,
        })
        assert.equal(completion.choices[0]?.finish_reason, 'length')
        assert.equal(bench.take().at(-1)?.seen?.maxTokens, 12)
      },
    },
    ...openaiChatErrorChecks,
    {
      name: 'lists models',
      upstreams: ['openai'],
      async run(bench) {
        const page = await connect(bench).models.list()
        assert.ok(page.data.length > 0)
      },
    },
  ],
}
