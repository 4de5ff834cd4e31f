/** The `@aws-sdk/client-bedrock-runtime` package, from the other end: what the gateway sends Bedrock must be what the SDK would send. */

import assert from 'node:assert/strict'
import Anthropic from '@anthropic-ai/sdk'
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import OpenAI from 'openai'
import { expectText, expectWeather, QUESTION, SYSTEM, WEATHER_QUESTION, WEATHER_SCHEMA, weatherOf } from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'
import { PDF, PIXEL } from '../upstream/scenario.ts'
import { CREDENTIAL } from '../upstream/server.ts'

const client = ({ url, key }: Bench): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })

/** Gives the SDK the gateway's own body as input and takes back what the SDK would have sent: fields it does not know are gone. */
async function asTheSdkWouldSend(body: unknown): Promise<unknown> {
  let sent: unknown
  const sdk = new BedrockRuntimeClient({
    region: 'us-east-1',
    token: { token: CREDENTIAL },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
    requestHandler: {
      handle(request: { body: string | Uint8Array }): Promise<never> {
        sent = JSON.parse(typeof request.body === 'string' ? request.body : Buffer.from(request.body).toString())
        return Promise.reject(new Error('not sent'))
      },
    },
  })
  // Bytes stand as base64 in JSON and as bytes in the SDK's input.
  const input = withBytes(body) as ConverseCommandInput
  await sdk.send(new ConverseCommand({ ...input, modelId: 'any' })).catch(() => undefined)
  return sent
}

function withBytes(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withBytes(item))
  if (name === 'bytes' && typeof value === 'string') return Buffer.from(value, 'base64')
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, withBytes(inner, field)]))
}

async function expectSdkBody(bench: Bench): Promise<void> {
  const arrivals = bench.take().filter(({ dialect }) => dialect === 'bedrock-converse')
  assert.ok(arrivals.length, 'nothing reached the Bedrock upstream')
  for (const { body } of arrivals) assert.deepEqual(body, await asTheSdkWouldSend(body))
}

const ONLY = ['bedrock']
const TOOLS: OpenAI.ChatCompletionTool[] = [
  {
    type: 'function',
    function: { name: 'get_weather', description: 'The weather of a city', parameters: WEATHER_SCHEMA },
  },
]

export const proof: ClientProof = {
  title: 'bedrock',
  packages: ['@aws-sdk/client-bedrock-runtime'],
  speaks: 'Bedrock Converse: what the gateway sends upstream, read by the SDK',
  checks: [
    {
      name: 'plain request is what the SDK would send',
      upstreams: ONLY,
      async run(bench) {
        const messages = [
          { role: 'system' as const, content: SYSTEM },
          { role: 'user' as const, content: QUESTION },
        ]
        await client(bench).chat.completions.create({
          model: bench.model('text'),
          messages,
          max_completion_tokens: 100,
          temperature: 0.5,
          top_p: 0.5,
          stop: ['END'],
        })
        await expectSdkBody(bench)
      },
    },
    {
      name: 'tools and results are what the SDK would send',
      upstreams: ONLY,
      async run(bench) {
        const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: WEATHER_QUESTION }]
        const first = (
          await client(bench).chat.completions.create({ model: bench.model('tools'), messages, tools: TOOLS })
        ).choices[0]?.message
        assert.ok(first?.tool_calls)
        messages.push(
          first,
          ...first.tool_calls.map(({ id }) => ({
            role: 'tool' as const,
            tool_call_id: id,
            content: weatherOf('Paris'),
          })),
        )
        const second = await client(bench).chat.completions.create({
          model: bench.model('tools'),
          messages,
          tools: TOOLS,
          tool_choice: 'auto',
        })
        expectWeather(second.choices[0]?.message.content)
        await expectSdkBody(bench)
      },
    },
    {
      name: 'an image is what the SDK would send',
      upstreams: ONLY,
      async run(bench) {
        const url = `data:image/png;base64,${PIXEL.toString('base64')}`
        await client(bench).chat.completions.create({
          model: bench.model('image'),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: QUESTION },
                { type: 'image_url', image_url: { url } },
              ],
            },
          ],
        })
        await expectSdkBody(bench)
      },
    },
    {
      name: 'a document is what the SDK would send',
      upstreams: ONLY,
      async run(bench) {
        const file = { filename: 'gate.pdf', file_data: `data:application/pdf;base64,${PDF.toString('base64')}` }
        await client(bench).chat.completions.create({
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
        await expectSdkBody(bench)
      },
    },
    {
      name: 'thinking through a tool loop is what the SDK would send',
      upstreams: ONLY,
      async run(bench) {
        const anthropic = new Anthropic({ baseURL: bench.url, apiKey: bench.key, maxRetries: 0 })
        const thinking = { type: 'enabled' as const, budget_tokens: 2048 }
        const tools = [{ name: 'get_weather', description: 'The weather of a city', input_schema: WEATHER_SCHEMA }]
        const messages: Anthropic.MessageParam[] = [{ role: 'user', content: WEATHER_QUESTION }]
        const request = { model: bench.model('thinking-tools'), max_tokens: 4096, thinking, tools }
        const first = await anthropic.messages.create({ ...request, messages })
        const results = first.content.flatMap((block) =>
          block.type === 'tool_use'
            ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: weatherOf('Paris') }]
            : [],
        )
        await anthropic.messages.create({
          ...request,
          messages: [...messages, { role: 'assistant', content: first.content }, { role: 'user', content: results }],
        })
        await expectSdkBody(bench)
      },
    },
    {
      name: 'the scripted upstream is one the SDK reads',
      upstreams: ONLY,
      async run(bench) {
        await client(bench).chat.completions.create({
          model: bench.model('text'),
          messages: [{ role: 'user', content: QUESTION }],
        })
        const host = bench.take().at(-1)?.headers.host
        const sdk = new BedrockRuntimeClient({
          region: 'us-east-1',
          endpoint: `http://${host}/bedrock`,
          token: { token: CREDENTIAL },
          authSchemePreference: ['httpBearerAuth'],
          maxAttempts: 1,
          // Its own handler speaks HTTP/2.
          requestHandler: new NodeHttpHandler(),
        })
        const input: ConverseCommandInput = {
          modelId: 'text',
          messages: [{ role: 'user', content: [{ text: QUESTION }] }],
        }
        const whole = await sdk.send(new ConverseCommand(input))
        expectText(whole.output?.message?.content?.[0]?.text)
        const { stream } = await sdk.send(new ConverseStreamCommand(input))
        let text = ''
        for await (const event of stream ?? []) text += event.contentBlockDelta?.delta?.text ?? ''
        expectText(text)
      },
    },
  ],
}
