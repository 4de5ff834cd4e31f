/** The checks of the `ai` package, the same through each of its provider packages. */

import assert from 'node:assert/strict'
import {
  APICallError,
  type EmbeddingModel,
  embedMany,
  generateText,
  type JSONValue,
  type LanguageModel,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai'
import * as z from 'zod'
import {
  expectAsked,
  expectBothWeathers,
  expectPerson,
  expectText,
  expectThinking,
  expectTime,
  expectUsage,
  expectVector,
  expectWeather,
  failure,
  QUESTION,
  SYSTEM,
  TIME,
  WEATHER_QUESTION,
  weatherOf,
} from '../expect.ts'
import type { Bench, Check } from '../proof.ts'
import { THINKING_SHOWN } from '../stand-ins.ts'
import { PIXEL } from '../upstream/scenario.ts'

// The warnings are about the made-up names of models.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })

type ProviderOptions = Record<string, Record<string, JSONValue>>

/** One provider package. */
export interface AiProvider {
  model(bench: Bench, name: string): LanguageModel
  embedder?(bench: Bench, name: string): EmbeddingModel
  /** How thinking is asked for. */
  readonly thinking: ProviderOptions
  /** The package can show thinking at all. */
  readonly showsThinking: boolean
  /** Stand-ins that can embed for it. */
  readonly embedders?: readonly string[]
}

const tools = {
  get_weather: tool({
    description: 'The weather of a city',
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => weatherOf(city),
  }),
  get_time: tool({ description: 'The time', inputSchema: z.object({}), execute: () => TIME }),
}

const output = Output.object({ schema: z.object({ name: z.string(), age: z.number().int() }) })
const OPTIONS = { maxRetries: 0, timeout: 20_000 }

/** Text, tools, objects, images, thinking and errors through that provider package. */
export function aiSdkChecks(provider: AiProvider): Check[] {
  const { model, thinking } = provider
  return [
    {
      name: 'generateText',
      async run(bench) {
        const { text, usage, finishReason } = await generateText({
          ...OPTIONS,
          model: model(bench, bench.model('text')),
          system: SYSTEM,
          prompt: QUESTION,
        })
        expectText(text)
        assert.equal(finishReason, 'stop')
        expectUsage(bench, usage.inputTokens, usage.outputTokens)
        expectAsked(bench)
      },
    },
    {
      name: 'streamText',
      async run(bench) {
        const stream = streamText({
          ...OPTIONS,
          model: model(bench, bench.model('text')),
          prompt: QUESTION,
          onError: () => undefined,
        })
        let text = ''
        for await (const piece of stream.textStream) text += piece
        expectText(text)
        const usage = await stream.usage
        expectUsage(bench, usage.inputTokens, usage.outputTokens)
      },
    },
    ...toolChecks(provider),
    {
      name: 'structured output',
      async run(bench) {
        const reply = await generateText({
          ...OPTIONS,
          model: model(bench, bench.model('object')),
          prompt: QUESTION,
          output,
        })
        expectPerson(reply.output)
      },
    },
    {
      name: 'structured output, streamed',
      async run(bench) {
        const stream = streamText({
          ...OPTIONS,
          model: model(bench, bench.model('object')),
          prompt: QUESTION,
          output,
          onError: () => undefined,
        })
        expectPerson(await stream.output)
      },
    },
    {
      name: 'image input',
      async run(bench) {
        const { text } = await generateText({
          ...OPTIONS,
          model: model(bench, bench.model('image')),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: QUESTION },
                { type: 'file', data: PIXEL, mediaType: 'image/png' },
              ],
            },
          ],
        })
        assert.equal(text, `An image of ${PIXEL.length} bytes.`)
      },
    },
    ...(provider.showsThinking
      ? [
          {
            name: 'reasoning, streamed',
            upstreams: THINKING_SHOWN,
            async run(bench: Bench) {
              const stream = streamText({
                ...OPTIONS,
                model: model(bench, bench.model('thinking')),
                prompt: QUESTION,
                providerOptions: thinking,
                onError: () => undefined,
              })
              expectText(await stream.text)
              expectThinking(await stream.reasoningText)
            },
          },
        ]
      : []),
    ...embedChecks(provider),
    {
      name: 'errors are APICallErrors',
      async run(bench) {
        const limited = await failure(
          generateText({ ...OPTIONS, model: model(bench, bench.model('error-429')), prompt: QUESTION }),
        )
        assert.ok(APICallError.isInstance(limited), String(limited))
        assert.equal(limited.statusCode, 429)
        assert.equal(limited.isRetryable, true)
        const refused = await failure(
          generateText({ ...OPTIONS, model: model(bench, bench.model('error-400')), prompt: QUESTION }),
        )
        assert.ok(APICallError.isInstance(refused), String(refused))
        assert.equal(refused.statusCode, 400)
        assert.match(refused.message, /temperature/)
      },
    },
    {
      name: 'an error within the stream is told',
      async run(bench) {
        let told: unknown
        const stream = streamText({
          ...OPTIONS,
          model: model(bench, bench.model('error-midstream')),
          prompt: QUESTION,
          onError: ({ error }) => {
            told ??= error
          },
        })
        await stream.consumeStream({ onError: () => undefined })
        // Through some formats the package only says that it ended in an error, not in which.
        if (told === undefined) return assert.equal(await stream.finishReason, 'error')
        assert.match(
          typeof told === 'string' || told instanceof Error ? String(told) : JSON.stringify(told),
          /server had an error/,
        )
      },
    },
  ]
}

function toolChecks({ model, thinking, showsThinking }: AiProvider): Check[] {
  const run = async (
    bench: Bench,
    scenario: 'tools' | 'parallel' | 'bare-tool' | 'thinking-tools',
    streamed: boolean,
  ): Promise<string> => {
    const request = {
      ...OPTIONS,
      model: model(bench, bench.model(scenario)),
      prompt: WEATHER_QUESTION,
      tools,
      stopWhen: stepCountIs(4),
      ...(scenario === 'thinking-tools' ? { providerOptions: thinking } : {}),
    }
    if (!streamed) return (await generateText(request)).text
    let told: unknown
    const stream = streamText({
      ...request,
      onError: ({ error }) => {
        told ??= error
      },
    })
    return Promise.resolve(stream.text).catch((error: unknown) => Promise.reject(told ?? error))
  }
  return [
    { name: 'tool loop', run: async (bench) => expectWeather(await run(bench, 'tools', false)) },
    { name: 'tool loop, streamed', run: async (bench) => expectWeather(await run(bench, 'tools', true)) },
    { name: 'parallel tools', run: async (bench) => expectBothWeathers(await run(bench, 'parallel', false)) },
    { name: 'parallel tools, streamed', run: async (bench) => expectBothWeathers(await run(bench, 'parallel', true)) },
    { name: 'tool without arguments', run: async (bench) => expectTime(await run(bench, 'bare-tool', false)) },
    { name: 'tool without arguments, streamed', run: async (bench) => expectTime(await run(bench, 'bare-tool', true)) },
    ...(showsThinking
      ? [
          {
            name: 'reasoning through a tool loop',
            run: async (bench: Bench) => expectWeather(await run(bench, 'thinking-tools', false)),
          },
          {
            name: 'reasoning through a tool loop, streamed',
            run: async (bench: Bench) => expectWeather(await run(bench, 'thinking-tools', true)),
          },
        ]
      : []),
  ]
}

function embedChecks({ embedder, embedders }: AiProvider): Check[] {
  if (!embedder || !embedders) return []
  return [
    {
      name: 'embedMany',
      upstreams: embedders,
      async run(bench) {
        const { embeddings } = await embedMany({
          maxRetries: 0,
          model: embedder(bench, bench.model('embed')),
          values: ['one', 'two'],
        })
        assert.equal(embeddings.length, 2)
        for (const vector of embeddings) expectVector(vector)
      },
    },
  ]
}
