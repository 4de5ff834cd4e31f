/** The `openai` package: Responses, whole, streamed, parsed, stored and through tool loops. */

import assert from 'node:assert/strict'
import OpenAI from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import * as z from 'zod'
import {
  expectAsked,
  expectBothWeathers,
  expectPerson,
  expectText,
  expectThinking,
  expectTime,
  expectUsage,
  expectWeather,
  failure,
  QUESTION,
  SYSTEM,
  WEATHER_QUESTION,
} from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'
import { PDF, PIXEL, RETRY_AFTER_SECONDS, TEXT } from '../upstream/scenario.ts'
import { loop, resultsOf, TOOL } from './openai-responses-loop.ts'

const connect = ({ url, key }: Bench): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })

const person = z.object({ name: z.string(), age: z.int() })

const ask = (bench: Bench, model: string): Promise<unknown> =>
  failure(connect(bench).responses.create({ model, instructions: SYSTEM, input: QUESTION }))

export const proof: ClientProof = {
  title: 'openai responses',
  packages: ['openai'],
  speaks: 'OpenAI Responses',
  checks: [
    {
      name: 'answers with text and usage',
      async run(bench) {
        const response = await connect(bench).responses.create({
          model: bench.model('text'),
          instructions: SYSTEM,
          input: QUESTION,
        })
        expectText(response.output_text)
        assert.equal(response.status, 'completed')
        const { usage } = response
        expectUsage(bench, usage?.input_tokens, usage?.output_tokens, usage?.input_tokens_details.cached_tokens ?? 0)
        expectAsked(bench)
      },
    },
    {
      name: 'streams text; finalResponse has usage',
      async run(bench) {
        const stream = connect(bench).responses.stream({
          model: bench.model('text'),
          instructions: SYSTEM,
          input: QUESTION,
        })
        let text = ''
        stream.on('response.output_text.delta', (event) => {
          text += event.delta
        })
        const response = await stream.finalResponse()
        assert.equal(text, TEXT)
        expectText(response.output_text)
        expectUsage(bench, response.usage?.input_tokens, response.usage?.output_tokens)
      },
    },
    {
      name: 'raw events are numbered and in their order',
      async run(bench) {
        const types: string[] = []
        let next = 0
        for await (const event of await connect(bench).responses.create({
          model: bench.model('text'),
          input: QUESTION,
          stream: true,
        })) {
          assert.equal(event.sequence_number, next++)
          if (types.at(-1) !== event.type) types.push(event.type)
        }
        assert.deepEqual(types, [
          'response.created',
          'response.in_progress',
          'response.output_item.added',
          'response.content_part.added',
          'response.output_text.delta',
          'response.output_text.done',
          'response.content_part.done',
          'response.output_item.done',
          'response.completed',
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
    {
      name: 'tool loop by previous_response_id',
      upstreams: ['openai'],
      async run(bench) {
        const client = connect(bench)
        const first = await client.responses.create({
          model: bench.model('tools'),
          input: WEATHER_QUESTION,
          tools: [TOOL],
        })
        const results = resultsOf(first)
        assert.equal(results.length, 1)
        const second = await client.responses.create({
          model: bench.model('tools'),
          previous_response_id: first.id,
          input: results,
          tools: [TOOL],
        })
        expectWeather(second.output_text)
        assert.ok(bench.take().at(-1)?.body.previous_response_id)
      },
    },
    {
      name: 'retrieves and deletes a stored response',
      upstreams: ['openai'],
      async run(bench) {
        const client = connect(bench)
        const { id } = await client.responses.create({ model: bench.model('text'), input: QUESTION })
        const again = await client.responses.retrieve(id)
        assert.equal(again.id, id)
        assert.equal(again.output_text, 'Kept.')
        await client.responses.delete(id)
      },
    },
    {
      name: 'structured output by parse',
      async run(bench) {
        const response = await connect(bench).responses.parse({
          model: bench.model('object'),
          input: QUESTION,
          text: { format: zodTextFormat(person, 'person') },
        })
        expectPerson(response.output_parsed)
      },
    },
    {
      name: 'image input',
      async run(bench) {
        const image_url = `data:image/png;base64,${PIXEL.toString('base64')}`
        const response = await connect(bench).responses.create({
          model: bench.model('image'),
          input: [
            {
              role: 'user',
              content: [
                { type: 'input_text', text: QUESTION },
                { type: 'input_image', image_url, detail: 'auto' },
              ],
            },
          ],
        })
        assert.equal(response.output_text, `An image of ${PIXEL.length} bytes.`)
      },
    },
    {
      name: 'document input',
      async run(bench) {
        const file_data = `data:application/pdf;base64,${PDF.toString('base64')}`
        const response = await connect(bench).responses.create({
          model: bench.model('document'),
          input: [
            {
              role: 'user',
              content: [
                { type: 'input_text', text: QUESTION },
                { type: 'input_file', filename: 'gate.pdf', file_data },
              ],
            },
          ],
        })
        assert.equal(response.output_text, `A document of ${PDF.length} bytes.`)
      },
    },
    {
      name: 'reasoning summary',
      async run(bench) {
        const response = await connect(bench).responses.create({
          model: bench.model('thinking'),
          input: QUESTION,
          reasoning: { effort: 'medium', summary: 'auto' },
        })
        const item = response.output.find(({ type }) => type === 'reasoning')
        assert.ok(item?.type === 'reasoning', 'there is no reasoning item')
        expectThinking([...item.summary, ...(item.content ?? [])].map(({ text }) => text).join(''))
        expectText(response.output_text)
      },
    },
    {
      name: 'reasoning summary, streamed',
      async run(bench) {
        const stream = connect(bench).responses.stream({
          model: bench.model('thinking'),
          input: QUESTION,
          reasoning: { effort: 'medium', summary: 'auto' },
        })
        let heard = ''
        for await (const event of stream)
          if (event.type === 'response.reasoning_summary_text.delta' || event.type === 'response.reasoning_text.delta')
            heard += event.delta
        expectThinking(heard)
        expectText((await stream.finalResponse()).output_text)
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
        const response = await connect(bench).responses.create({
          model: bench.model('long'),
          input: QUESTION,
          max_output_tokens: 16,
        })
        assert.equal(response.status, 'incomplete')
        assert.equal(response.incomplete_details?.reason, 'max_output_tokens')
        assert.equal(bench.take().at(-1)?.seen?.maxTokens, 16)
      },
    },
    {
      name: 'rate limit is a RateLimitError with retry-after',
      async run(bench) {
        const error = await ask(bench, bench.model('error-429'))
        assert.ok(error instanceof OpenAI.RateLimitError, String(error))
        assert.equal(error.headers.get('retry-after'), String(RETRY_AFTER_SECONDS))
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
      name: 'an error within the stream is thrown',
      async run(bench) {
        let text = ''
        const reading = async (): Promise<void> => {
          const stream = await connect(bench).responses.create({
            model: bench.model('error-midstream'),
            input: QUESTION,
            stream: true,
          })
          for await (const event of stream) {
            if (event.type === 'response.output_text.delta') text += event.delta
            if (event.type === 'error') throw new Error(event.message)
            if (event.type === 'response.failed') throw new Error(event.response.error?.message)
          }
        }
        const error = await failure(reading())
        assert.match(String(error), /server had an error/)
        expectText(text)
      },
    },
  ],
}
