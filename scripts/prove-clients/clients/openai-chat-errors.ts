/** The checks of errors in Chat Completions, by the `openai` package's own classes. */

import assert from 'node:assert/strict'
import OpenAI from 'openai'
import { expectText, failure, QUESTION, SYSTEM } from '../expect.ts'
import type { Bench, Check } from '../proof.ts'
import { RETRY_AFTER_SECONDS } from '../upstream/scenario.ts'

const connect = ({ url, key }: Bench): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })

const MESSAGES: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'system', content: SYSTEM },
  { role: 'user', content: QUESTION },
]

const ask = (bench: Bench, model: string): Promise<unknown> =>
  failure(connect(bench).chat.completions.create({ model, messages: MESSAGES }))

export const openaiChatErrorChecks: readonly Check[] = [
  {
    name: 'rate limit is a RateLimitError with retry-after',
    async run(bench) {
      const error = await ask(bench, bench.model('error-429'))
      assert.ok(error instanceof OpenAI.RateLimitError, String(error))
      assert.equal(error.headers.get('retry-after'), String(RETRY_AFTER_SECONDS))
      assert.match(error.message, /Too many requests/)
    },
  },
  {
    name: 'bad request is a BadRequestError',
    async run(bench) {
      const error = await ask(bench, bench.model('error-400'))
      assert.ok(error instanceof OpenAI.BadRequestError, String(error))
      assert.match(error.message, /temperature/)
    },
  },
  {
    name: "the provider's 401 is not the app's",
    async run(bench) {
      const error = await ask(bench, bench.model('error-401'))
      assert.ok(error instanceof OpenAI.InternalServerError, String(error))
    },
  },
  {
    name: 'overload is an InternalServerError',
    async run(bench) {
      for (const scenario of ['error-503', 'error-529'] as const) {
        const error = await ask(bench, bench.model(scenario))
        assert.ok(error instanceof OpenAI.InternalServerError, String(error))
        assert.ok(error.status === 503 || error.status === 529, String(error.status))
      }
    },
  },
  {
    name: 'an error within the stream is thrown',
    async run(bench) {
      let text = ''
      const reading = async (): Promise<void> => {
        const stream = await connect(bench).chat.completions.create({
          model: bench.model('error-midstream'),
          messages: MESSAGES,
          stream: true,
        })
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
      }
      const error = await failure(reading())
      assert.ok(error instanceof OpenAI.APIError, String(error))
      assert.match(error.message, /server had an error/)
      expectText(text)
    },
  },
  {
    name: 'a wrong key is an AuthenticationError',
    upstreams: ['openai'],
    async run(bench) {
      const error = await ask({ ...bench, key: 'sk-sluice-wrong' }, bench.model('text'))
      assert.ok(error instanceof OpenAI.AuthenticationError, String(error))
    },
  },
  {
    name: 'an unknown model is a NotFoundError',
    upstreams: ['openai'],
    async run(bench) {
      const error = await ask(bench, 'nobody/knows-this')
      assert.ok(error instanceof OpenAI.NotFoundError, String(error))
    },
  },
]
