import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LedgerRow } from '../../src/ports/accounts.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { rowOf } from '../support/ledger.ts'

const TEXT = 'fourteen chars'

/** What the upstream says of a prompt and an answer. Absent: it says nothing of usage at all. */
type Said = readonly [input: unknown, output: unknown] | undefined

interface Wire {
  readonly name: string
  /** The provider's line in sluice.yml, after its address. */
  readonly provider: string
  /** A whole reply of the upstream. */
  reply(said: Said): object
  /** The events of a stream that says usage more than once, where the format can. */
  events?(said: readonly Said[]): object[]
  ask(model: string, stream: boolean): [path: string, body: object]
  readonly hasOutput: boolean
  /** Its counts of nothing at all are read as nothing said. */
  readonly zeroIsSilence?: true
}

const MESSAGES = [{ role: 'user', content: 'hello' }]
const SECRET = `api_key: "\${secret.ODD_KEY}"`

/** The same two numbers under the names of a format; nothing where nothing is said. */
function named(said: Said, field: string, input: string, output?: string): object {
  if (!said) return {}
  return { [field]: { [input]: said[0], ...(output !== undefined && { [output]: said[1] }) } }
}

function chatReply(said: Said): object {
  const choices = [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }]
  const usage = named(said, 'usage', 'prompt_tokens', 'completion_tokens')
  return { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, ...usage }
}

function geminiReply(said: Said, finishReason: string | undefined = 'STOP', text = TEXT): object {
  const candidates = [
    { index: 0, content: { role: 'model', parts: [{ text }] }, ...(finishReason && { finishReason }) },
  ]
  return { candidates, modelVersion: 'm', ...named(said, 'usageMetadata', 'promptTokenCount', 'candidatesTokenCount') }
}

function claudeEvents(said: readonly Said[]): object[] {
  const usage = (each: Said): object => named(each, 'usage', 'input_tokens', 'output_tokens')
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null }
  const [first, ...later] = said
  return [
    { type: 'message_start', message: { ...message, stop_sequence: null, ...usage(first) } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: TEXT } },
    { type: 'content_block_stop', index: 0 },
    ...later.map((each) => ({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      ...usage(each),
    })),
    { type: 'message_stop' },
  ]
}

const WIRES: readonly Wire[] = [
  {
    name: 'chat',
    provider: 'kind: vllm, formats: [openai-chat]',
    reply: chatReply,
    ask: (model) => ['/v1/chat/completions', { model, messages: MESSAGES, max_tokens: 100 }],
    hasOutput: true,
  },
  {
    name: 'responses',
    provider: `kind: openai, formats: [openai-responses], ${SECRET}`,
    reply: (said) => ({
      ...{ id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'completed' },
      output: [
        {
          ...{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' },
          content: [{ type: 'output_text', text: TEXT, annotations: [] }],
        },
      ],
      ...named(said, 'usage', 'input_tokens', 'output_tokens'),
    }),
    ask: (model) => ['/v1/responses', { model, input: 'hello', max_output_tokens: 100, store: false }],
    hasOutput: true,
  },
  {
    name: 'completions',
    provider: 'kind: vllm, formats: [openai-completions]',
    reply: (said) => ({
      ...{ id: 'c', object: 'text_completion', created: 1, model: 'm' },
      choices: [{ index: 0, text: TEXT, finish_reason: 'stop', logprobs: null }],
      ...named(said, 'usage', 'prompt_tokens', 'completion_tokens'),
    }),
    ask: (model) => ['/v1/completions', { model, prompt: 'hello', max_tokens: 100 }],
    hasOutput: true,
  },
  {
    name: 'messages',
    provider: `kind: anthropic, ${SECRET}`,
    reply: (said) => ({
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', stop_reason: 'end_turn', stop_sequence: null },
      content: [{ type: 'text', text: TEXT }],
      ...named(said, 'usage', 'input_tokens', 'output_tokens'),
    }),
    zeroIsSilence: true,
    events: claudeEvents,
    ask: (model, stream) => [
      '/v1/messages',
      { model, messages: MESSAGES, max_tokens: 100, ...(stream && { stream: true }) },
    ],
    hasOutput: true,
  },
  {
    name: 'gemini',
    provider: `kind: gemini, ${SECRET}`,
    reply: (said) => geminiReply(said),
    events: (said) =>
      said.map((each, index) =>
        geminiReply(each, index === said.length - 1 ? 'STOP' : undefined, index === 0 ? TEXT : ''),
      ),
    ask: (model, stream) => [
      `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
      { contents: [{ role: 'user', parts: [{ text: 'hello' }] }], generationConfig: { maxOutputTokens: 100 } },
    ],
    hasOutput: true,
  },
  {
    name: 'cohere',
    provider: `kind: cohere, ${SECRET}`,
    reply: (said) => ({
      ...{ id: 'c', finish_reason: 'COMPLETE' },
      message: { role: 'assistant', content: [{ type: 'text', text: TEXT }] },
      ...(said && { usage: { ...named(said, 'billed_units', 'input_tokens', 'output_tokens') } }),
    }),
    ask: (model) => ['/v2/chat', { model, messages: MESSAGES, max_tokens: 100 }],
    hasOutput: true,
  },
  {
    name: 'ollama',
    provider: 'kind: ollama, formats: [ollama-chat]',
    reply: (said) => ({
      ...{ model: 'm', created_at: '2026-11-23T00:00:00Z', done: true, done_reason: 'stop' },
      message: { role: 'assistant', content: TEXT },
      ...(said && { prompt_eval_count: said[0], eval_count: said[1] }),
    }),
    ask: (model) => ['/api/chat', { model, messages: MESSAGES, stream: false, options: { num_predict: 100 } }],
    hasOutput: true,
  },
  {
    name: 'embeddings',
    provider: 'kind: vllm',
    reply: (said) => ({
      ...{ object: 'list', model: 'm', data: [{ object: 'embedding', index: 0, embedding: [0.5, 0.25] }] },
      ...named(said, 'usage', 'prompt_tokens', 'total_tokens'),
    }),
    ask: (model) => ['/v1/embeddings', { model, input: 'hello' }],
    hasOutput: false,
  },
]

/** What the upstream does next; set by each test. */
let next: { said: Said } | { events: readonly Said[] } = { said: undefined }
let upstream: Server
let gateway: TestGateway

function answer(wire: Wire, response: ServerResponse): void {
  // Numbers that JSON text can hold and JSON.stringify cannot write.
  const write = (value: object): string => JSON.stringify(value).replaceAll('"1e400"', '1e400')
  if ('said' in next) {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(write(wire.reply(next.said)))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of wire.events?.(next.events) ?? []) {
    const name = 'type' in event ? `event: ${event.type}\n` : ''
    response.write(`${name}data: ${write(event)}\n\n`)
  }
  response.end()
}

beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    for await (const _ of request);
    const wire = WIRES.find(({ name }) => name === request.url?.split('/')[1])
    if (wire) answer(wire, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo // listens on TCP
  const providers = WIRES.map(
    ({ name, provider }) => `  p-${name}: { base_url: "http://127.0.0.1:${port}/${name}", ${provider} }\n`,
  )
  const routes = WIRES.map(({ name }): [string, string] => [
    `routes/${name}.yml`,
    `route: ${name}\n${name === 'embeddings' ? 'accepts: [embeddings]\n' : ''}targets: [{ model: p-${name}/m }]\npolicies: [odd]\n`,
  ])
  gateway = await startGateway(
    {
      'sluice.yml': `bundle: odd\nproviders:\n${providers.join('')}`,
      ...Object.fromEntries(routes),
      'policies/odd.yml':
        'policy: odd\nlimits: [{ usd: 100, every: year, per: team }]\nbudget: { on_unknown_price: assume, assume: { input: 1, output: 10 } }\n',
    },
    { ODD_KEY: 'upstream-key' },
  )
})

afterAll(async () => {
  await gateway.dispose()
  upstream.close()
})

async function rowAfter(wire: Wire, stream = false): Promise<LedgerRow> {
  const [path, body] = wire.ask(wire.name, stream)
  const reply = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect([reply.status, await reply.text()]).toEqual([200, expect.anything()])
  return rowOf(gateway, reply.headers.get('x-sluice-request-id'))
}

/** The row counts what our own count allows, and costs exactly that. */
function expectSound(row: LedgerRow, hasOutput: boolean): void {
  const { input = 0, output = 0 } = row.usage ?? {}
  expect(input).toBeGreaterThan(0)
  expect(input).toBeLessThan(2000)
  if (hasOutput) expect(output).toBeGreaterThan(0)
  expect(output).toBeLessThanOrEqual(hasOutput ? 100 : 0)
  expect(Number(row.costNano)).toBe(input * 1000 + output * 10_000)
}

function corrections(row: LedgerRow): string[] {
  return (row.warnings ?? []).filter((warning) => warning.endsWith(':corrected'))
}

describe.each(WIRES)('usage that $name states', (wire) => {
  it.each<[string, Said]>([
    ['missing', undefined],
    ['null', [null, null]],
    ['text', ['many', 'NaN']],
    ['digits as text', ['12', '12']],
    ['negative', [-5, -5]],
    ['infinite', ['1e400', '1e400']],
  ])('as %s is no usage: our own count stands', async (_, said) => {
    next = { said }
    const row = await rowAfter(wire)
    expect(row.usageSource).toBe('estimated')
    expect(corrections(row)).toEqual([])
    expectSound(row, wire.hasOutput)
  })

  it.each<[string, Said]>([
    ['zero', [0, 0]],
    ['absurd', [1e18, 1e18]],
  ])('as %s is put right, and the row says so', async (_, said) => {
    next = { said }
    const row = await rowAfter(wire)
    expect(row.usageSource).toBe('estimated')
    const silent = said?.[0] === 0 && wire.zeroIsSilence === true
    expect(corrections(row).length > 0).toBe(!silent)
    expectSound(row, wire.hasOutput)
  })

  it('as it can be is left as it is', async () => {
    next = { said: [9, wire.hasOutput ? 4 : 9] }
    const row = await rowAfter(wire)
    expect(row.usageSource).toBe('reported')
    expect(row.usage).toEqual(wire.hasOutput ? { input: 9, output: 4 } : { input: 9 })
    expect(corrections(row)).toEqual([])
  })
})

describe.each(WIRES.filter(({ events }) => events))('a stream of $name', (wire) => {
  it.each<[string, readonly Said[], LedgerRow['usage']]>([
    [
      'says it over and over',
      [
        [9, 4],
        [9, 4],
        [9, 4],
      ],
      { input: 9, output: 4 },
    ],
    [
      'counts up',
      [
        [9, 1],
        [9, 2],
        [9, 4],
      ],
      { input: 9, output: 4 },
    ],
  ])('that %s is counted once', async (_, events, usage) => {
    next = { events }
    const row = await rowAfter(wire, true)
    expect(row).toMatchObject({ usage, usageSource: 'reported', outcome: 'ok' })
    expectSound(row, true)
  })

  it.each<[string, readonly Said[]]>([
    [
      'counts down',
      [
        [9, 8],
        [9, 4],
        [9, 2],
      ],
    ],
    [
      'goes negative',
      [
        [9, 1],
        [-9, -4],
      ],
    ],
    [
      'turns absurd',
      [
        [9, 1],
        [9, 1e18],
      ],
    ],
    [
      'ends with nothing',
      [
        [9, 1],
        [null, null],
      ],
    ],
    ['never says any', [undefined, undefined]],
  ])('that %s stays in bounds', async (_, events) => {
    next = { events }
    expectSound(await rowAfter(wire, true), true)
  })
})
