/** The `groq-sdk` package, which puts `/openai/v1` before its paths itself. */

import assert from 'node:assert/strict'
import Groq, { toFile } from 'groq-sdk'
import {
  expectAsked,
  expectText,
  expectUsage,
  expectVector,
  expectWeather,
  failure,
  QUESTION,
  SYSTEM,
  WEATHER_QUESTION,
  WEATHER_SCHEMA,
  weatherOf,
} from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'
import { SOUND } from '../upstream/tasks.ts'

const connect = ({ url, key }: Bench): Groq => new Groq({ baseURL: url, apiKey: key, maxRetries: 0 })

const MESSAGES = [
  { role: 'system' as const, content: SYSTEM },
  { role: 'user' as const, content: QUESTION },
]

export const proof: ClientProof = {
  title: 'groq',
  packages: ['groq-sdk'],
  speaks: 'OpenAI Chat Completions under /openai/v1',
  checks: [
    {
      name: 'answers with text and usage',
      async run(bench) {
        const completion = await connect(bench).chat.completions.create({
          model: bench.model('text'),
          messages: MESSAGES,
        })
        expectText(completion.choices[0]?.message.content)
        expectUsage(bench, completion.usage?.prompt_tokens, completion.usage?.completion_tokens)
        expectAsked(bench)
      },
    },
    {
      name: 'streams text',
      async run(bench) {
        let text = ''
        for await (const chunk of await connect(bench).chat.completions.create({
          model: bench.model('text'),
          messages: MESSAGES,
          stream: true,
        }))
          text += chunk.choices[0]?.delta.content ?? ''
        expectText(text)
      },
    },
    {
      name: 'tool loop',
      async run(bench) {
        const messages: Groq.Chat.ChatCompletionMessageParam[] = [{ role: 'user', content: WEATHER_QUESTION }]
        const tools: Groq.Chat.ChatCompletionTool[] = [
          { type: 'function', function: { name: 'get_weather', parameters: WEATHER_SCHEMA } },
        ]
        const first = (await connect(bench).chat.completions.create({ model: bench.model('tools'), messages, tools }))
          .choices[0]?.message
        const call = first?.tool_calls?.[0]
        assert.ok(first && call)
        const { city } = JSON.parse(call.function.arguments) as { city: string }
        messages.push(first, { role: 'tool', tool_call_id: call.id, content: weatherOf(city) })
        const second = await connect(bench).chat.completions.create({ model: bench.model('tools'), messages, tools })
        expectWeather(second.choices[0]?.message.content)
      },
    },
    {
      name: 'embeddings',
      upstreams: ['openai', 'gemini', 'cohere'],
      async run(bench) {
        const reply = await connect(bench).embeddings.create({ model: bench.model('embed'), input: ['one'] })
        expectVector(reply.data[0]?.embedding)
      },
    },
    {
      name: 'audio.transcriptions',
      upstreams: ['openai'],
      async run(bench) {
        const file = await toFile(SOUND, 'sound.mp3', { type: 'audio/mpeg' })
        const reply = await connect(bench).audio.transcriptions.create({ model: bench.model('listen'), file })
        assert.equal(reply.text, 'The sound arrived whole.')
      },
    },
    {
      name: 'rate limit is a RateLimitError',
      async run(bench) {
        const error = await failure(
          connect(bench).chat.completions.create({ model: bench.model('error-429'), messages: MESSAGES }),
        )
        assert.ok(error instanceof Groq.RateLimitError, String(error))
      },
    },
  ],
}
