/** The `@anthropic-ai/sdk` package: Messages, streams, the tool runner's loop, token counts and errors. */

import assert from 'node:assert/strict'
import Anthropic from '@anthropic-ai/sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import {
  EMPTY_SCHEMA,
  expectAsked,
  expectBothWeathers,
  expectPerson,
  expectText,
  expectThinking,
  expectTime,
  expectUsage,
  expectWeather,
  PERSON_SCHEMA,
  QUESTION,
  SYSTEM,
  TIME,
  WEATHER_QUESTION,
  WEATHER_SCHEMA,
  weatherOf,
} from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'
import { THINKING_SHOWN } from '../stand-ins.ts'
import { PDF, PIXEL, TEXT } from '../upstream/scenario.ts'
import { COUNTED_TOKENS } from '../upstream/tasks.ts'
import { anthropicErrorChecks } from './anthropic-errors.ts'

const connect = ({ url, key }: Bench): Anthropic => new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 })

const BASE = { max_tokens: 4096, system: SYSTEM, messages: [{ role: 'user' as const, content: QUESTION }] }
const TOOL: Anthropic.Tool = { name: 'get_weather', description: 'The weather of a city', input_schema: WEATHER_SCHEMA }

type ToolScenario = 'tools' | 'parallel' | 'bare-tool' | 'thinking-tools'
const TIME_TOOL: Anthropic.Tool = { name: 'get_time', description: 'The time', input_schema: EMPTY_SCHEMA }

function textOf(message: Anthropic.Message): string {
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

async function loop(bench: Bench, scenario: ToolScenario, streamed: boolean): Promise<string> {
  const client = connect(bench)
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: WEATHER_QUESTION }]
  for (let turn = 0; turn < 3; turn++) {
    const request = {
      model: bench.model(scenario),
      max_tokens: 4096,
      messages,
      tools: [TOOL, TIME_TOOL],
      ...(scenario === 'thinking-tools' ? { thinking: { type: 'enabled' as const, budget_tokens: 2048 } } : {}),
    }
    const message = streamed
      ? await client.messages.stream(request).finalMessage()
      : await client.messages.create(request)
    if (message.stop_reason !== 'tool_use') return textOf(message)
    const results = message.content.flatMap((block): Anthropic.ToolResultBlockParam[] =>
      block.type === 'tool_use'
        ? [
            {
              type: 'tool_result',
              tool_use_id: block.id,
              content: block.name === 'get_time' ? TIME : weatherOf((block.input as { city: unknown }).city),
            },
          ]
        : [],
    )
    messages.push({ role: 'assistant', content: message.content }, { role: 'user', content: results })
  }
  throw new Error('the tool loop did not end')
}

/** The loop run by the package itself. */
async function runTools(bench: Bench, settings: { thread?: false }): Promise<string> {
  const tool = betaTool({
    name: 'get_weather',
    description: 'The weather of a city',
    inputSchema: WEATHER_SCHEMA,
    run: ({ city }) => weatherOf(city),
  })
  const message = await connect(bench).beta.messages.toolRunner({
    model: bench.model('tools'),
    max_tokens: 4096,
    messages: [{ role: 'user', content: WEATHER_QUESTION }],
    tools: [tool],
    ...settings,
  })
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

function wholeInput(usage: Anthropic.Usage): number {
  return usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0)
}

export const proof: ClientProof = {
  title: 'anthropic',
  packages: ['@anthropic-ai/sdk'],
  speaks: 'Anthropic Messages',
  checks: [
    {
      name: 'answers with text and usage',
      async run(bench) {
        const message = await connect(bench).messages.create({ ...BASE, model: bench.model('text') })
        expectText(textOf(message))
        assert.equal(message.stop_reason, 'end_turn')
        expectUsage(
          bench,
          wholeInput(message.usage),
          message.usage.output_tokens,
          message.usage.cache_read_input_tokens ?? 0,
        )
        expectAsked(bench)
      },
    },
    {
      name: 'MessageStream assembles text and usage',
      async run(bench) {
        const stream = connect(bench).messages.stream({ ...BASE, model: bench.model('text') })
        const deltas: string[] = []
        stream.on('text', (delta) => deltas.push(delta))
        const message = await stream.finalMessage()
        expectText(textOf(message))
        assert.equal(deltas.join(''), TEXT)
        assert.equal(message.stop_reason, 'end_turn')
        expectUsage(bench, wholeInput(message.usage), message.usage.output_tokens)
      },
    },
    {
      name: 'raw events come in their order',
      async run(bench) {
        const types: string[] = []
        for await (const event of await connect(bench).messages.create({
          ...BASE,
          model: bench.model('text'),
          stream: true,
        }))
          if (types.at(-1) !== event.type) types.push(event.type)
        assert.deepEqual(types, [
          'message_start',
          'content_block_start',
          'content_block_delta',
          'content_block_stop',
          'message_delta',
          'message_stop',
        ])
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
    // On its own the helper keeps the conversation in a thread at the server and sends only what is new.
    { name: 'toolRunner helper', run: async (bench) => expectWeather(await runTools(bench, {})) },
    {
      name: 'toolRunner helper without thread',
      run: async (bench) => expectWeather(await runTools(bench, { thread: false })),
    },
    {
      name: 'structured output',
      async run(bench) {
        const message = await connect(bench).messages.create({
          ...BASE,
          model: bench.model('object'),
          output_config: { format: { type: 'json_schema', schema: PERSON_SCHEMA } },
        })
        expectPerson(textOf(message))
      },
    },
    {
      name: 'forced tool',
      async run(bench) {
        const message = await connect(bench).messages.create({
          ...BASE,
          model: bench.model('object'),
          tools: [{ name: 'person', description: 'A person', input_schema: PERSON_SCHEMA }],
          tool_choice: { type: 'tool', name: 'person' },
        })
        const use = message.content.find((block) => block.type === 'tool_use')
        assert.equal(use?.name, 'person')
        expectPerson(use?.input)
      },
    },
    {
      name: 'image input',
      async run(bench) {
        const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PIXEL.toString('base64') }
        const message = await connect(bench).messages.create({
          max_tokens: 100,
          model: bench.model('image'),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'image', source },
                { type: 'text', text: QUESTION },
              ],
            },
          ],
        })
        assert.equal(textOf(message), `An image of ${PIXEL.length} bytes.`)
      },
    },
    {
      name: 'document input',
      async run(bench) {
        const source = { type: 'base64' as const, media_type: 'application/pdf' as const, data: PDF.toString('base64') }
        const message = await connect(bench).messages.create({
          max_tokens: 100,
          model: bench.model('document'),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'document', source, title: 'gate' },
                { type: 'text', text: QUESTION },
              ],
            },
          ],
        })
        assert.equal(textOf(message), `A document of ${PDF.length} bytes.`)
      },
    },
    {
      name: 'thinking',
      upstreams: THINKING_SHOWN,
      async run(bench) {
        const message = await connect(bench).messages.create({
          ...BASE,
          model: bench.model('thinking'),
          thinking: { type: 'enabled', budget_tokens: 2048 },
        })
        const thinking = message.content.find((block) => block.type === 'thinking')
        expectThinking(thinking?.thinking)
        expectText(textOf(message))
      },
    },
    {
      name: 'thinking, streamed',
      upstreams: THINKING_SHOWN,
      async run(bench) {
        const stream = connect(bench).messages.stream({
          ...BASE,
          model: bench.model('thinking'),
          thinking: { type: 'enabled', budget_tokens: 2048 },
        })
        let heard = ''
        stream.on('thinking', (delta) => {
          heard += delta
        })
        expectText(textOf(await stream.finalMessage()))
        expectThinking(heard)
      },
    },
    {
      name: 'thinking through a tool loop',
      run: async (bench) => expectWeather(await loop(bench, 'thinking-tools', false)),
    },
    {
      name: 'thinking through a tool loop, streamed',
      run: async (bench) => expectWeather(await loop(bench, 'thinking-tools', true)),
    },
    {
      name: 'says that the answer was cut',
      async run(bench) {
        const message = await connect(bench).messages.create({ ...BASE, model: bench.model('long'), max_tokens: 12 })
        assert.equal(message.stop_reason, 'max_tokens')
        assert.equal(bench.take().at(-1)?.seen?.maxTokens, 12)
      },
    },
    {
      name: 'count_tokens',
      upstreams: ['openai', 'anthropic', 'gemini'],
      async run(bench) {
        const count = await connect(bench).messages.countTokens({
          model: bench.model('text'),
          system: SYSTEM,
          messages: BASE.messages,
        })
        assert.equal(count.input_tokens, COUNTED_TOKENS)
      },
    },
    ...anthropicErrorChecks,
  ],
}
