/** The checks of errors in Messages, by the `@anthropic-ai/sdk` package's own classes. */

import assert from 'node:assert/strict'
import Anthropic from '@anthropic-ai/sdk'
import { expectText, failure, QUESTION, SYSTEM } from '../expect.ts'
import type { Bench, Check } from '../proof.ts'
import { RETRY_AFTER_SECONDS } from '../upstream/scenario.ts'

const connect = ({ url, key }: Bench): Anthropic => new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 })

const BASE = { max_tokens: 4096, system: SYSTEM, messages: [{ role: 'user' as const, content: QUESTION }] }

const ask = (bench: Bench, model: string): Promise<unknown> =>
  failure(connect(bench).messages.create({ ...BASE, model }))

export const anthropicErrorChecks: readonly Check[] = [
  {
    name: 'rate limit is a RateLimitError with retry-after',
    async run(bench) {
      const error = await ask(bench, bench.model('error-429'))
      assert.ok(error instanceof Anthropic.RateLimitError, String(error))
      assert.equal(error.headers.get('retry-after'), String(RETRY_AFTER_SECONDS))
    },
  },
  {
    name: 'bad request is a BadRequestError',
    async run(bench) {
      const error = await ask(bench, bench.model('error-400'))
      assert.ok(error instanceof Anthropic.BadRequestError, String(error))
      assert.match(error.message, /temperature/)
    },
  },
  {
    name: "the provider's 401 is not the app's",
    async run(bench) {
      const error = await ask(bench, bench.model('error-401'))
      assert.ok(error instanceof Anthropic.InternalServerError, String(error))
    },
  },
  {
    name: 'overload is an InternalServerError',
    async run(bench) {
      for (const scenario of ['error-503', 'error-529'] as const) {
        const error = await ask(bench, bench.model(scenario))
        assert.ok(error instanceof Anthropic.InternalServerError, String(error))
        assert.ok(error.status === 503 || error.status === 529, String(error.status))
      }
    },
  },
  {
    name: 'an error within the stream is thrown',
    async run(bench) {
      let text = ''
      const reading = async (): Promise<void> => {
        const stream = connect(bench).messages.stream({ ...BASE, model: bench.model('error-midstream') })
        stream.on('text', (delta) => {
          text += delta
        })
        await stream.finalMessage()
      }
      const error = await failure(reading())
      assert.ok(error instanceof Anthropic.APIError, String(error))
      assert.match(error.message, /server had an error/)
      expectText(text)
    },
  },
  {
    name: 'a wrong key is an AuthenticationError',
    upstreams: ['anthropic'],
    async run(bench) {
      const error = await ask({ ...bench, key: 'sk-sluice-wrong' }, bench.model('text'))
      assert.ok(error instanceof Anthropic.AuthenticationError, String(error))
    },
  },
]
