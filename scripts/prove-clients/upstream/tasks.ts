/** The scripted upstream's answers that are not chat: embeddings, rerank, token counts, images, sound, files, moderation. */

import type { IncomingHttpHeaders } from 'node:http'
import { asArray, asNumber, asObject, asString, type JsonObject } from '../../../src/ground/json.ts'
import { pieces } from './exchange.ts'
import { TEXT, USAGE } from './scenario.ts'

export interface TaskRequest {
  readonly method: string
  readonly provider: string
  readonly path: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly raw: Buffer
  readonly body: JsonObject
}

export interface TaskReply {
  readonly status: number
  readonly type: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** The numbers of every vector; exact in 32-bit floats, so that base64 and JSON agree. */
export const VECTOR: readonly number[] = [0.5, -0.25, 0.125, 1]
export const SOUND = Buffer.from([0x49, 0x44, 0x33, 0x04, 0x00, 0xff, 0xfb, 0x90, 0x00, 0x7f])
export const COUNTED_TOKENS = 21
export const FILE_TEXT = '{"hello":"world"}\n'

const TASKS: readonly (readonly [method: string, path: RegExp, answer: (request: TaskRequest) => TaskReply])[] = [
  ['POST', /^\/v1\/completions$/, completion],
  ['POST', /^\/v1\/embeddings$/, openaiEmbeddings],
  ['POST', /^\/v1\/moderations$/, moderation],
  ['POST', /^\/v1\/images\/(?:generations|edits)$/, images],
  ['POST', /^\/v1\/audio\/speech$/, () => ({ status: 200, type: 'audio/mpeg', body: SOUND })],
  ['POST', /^\/v1\/audio\/(?:transcriptions|translations)$/, transcription],
  ['POST', /^\/v1\/files$/, (request) => json(fileOf(request.raw.includes('world') ? 'file-upstream1' : 'file-empty'))],
  ['GET', /^\/v1\/files$/, () => json({ object: 'list', data: [fileOf('file-upstream1')], has_more: false })],
  ['GET', /^\/v1\/files\/[^/]+\/content$/, () => ({ status: 200, type: 'application/octet-stream', body: FILE_TEXT })],
  ['GET', /^\/v1\/files\/[^/]+$/, ({ path }) => json(fileOf(lastOf(path)))],
  ['DELETE', /^\/v1\/files\/[^/]+$/, ({ path }) => json({ id: lastOf(path), object: 'file', deleted: true })],
  ['GET', /^\/v1\/responses\/[^/]+$/, ({ path }) => json(storedResponse(lastOf(path)))],
  ['DELETE', /^\/v1\/responses\/[^/]+$/, ({ path }) => json({ id: lastOf(path), object: 'response', deleted: true })],
  [
    'POST',
    /^\/v1\/responses\/input_tokens$/,
    () => json({ object: 'response.input_tokens', input_tokens: COUNTED_TOKENS }),
  ],
  ['POST', /^\/v1\/messages\/count_tokens$/, () => json({ input_tokens: COUNTED_TOKENS })],
  ['POST', /^\/v1(?:beta)?\/models\/[^/]+:embedContent$/, () => json({ embedding: { values: [...VECTOR] } })],
  ['POST', /^\/v1(?:beta)?\/models\/[^/]+:batchEmbedContents$/, geminiBatch],
  ['POST', /^\/v1(?:beta)?\/models\/[^/]+:countTokens$/, () => json({ totalTokens: COUNTED_TOKENS })],
  ['POST', /^\/v2\/embed$/, cohereEmbed],
  ['POST', /^\/v[12]\/rerank$/, rerank],
  ['POST', /^\/api\/embed$/, ollamaEmbed],
]

/** What that provider answers; 404 in plain JSON for what it does not have. */
export function answerTask(request: TaskRequest): TaskReply {
  const [, , answer] = TASKS.find(([method, path]) => method === request.method && path.test(request.path)) ?? []
  if (answer) return answer(request)
  return json({ error: { message: `upstream: nothing at ${request.method} ${request.path}`, type: 'not_found' } }, 404)
}

function json(body: JsonObject, status = 200): TaskReply {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function countOf(input: unknown): number {
  return Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1
}

/** OpenAI's legacy format, which no other dialect shares. */
function completion({ body }: TaskRequest): TaskReply {
  const head = {
    id: 'cmpl-upstream1',
    object: 'text_completion',
    created: 1_790_000_000,
    model: asString(body.model) ?? '',
  }
  const { input, cached, output } = USAGE
  const usage = {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  }
  const choice = (text: string, finish_reason: string | null) => ({ text, index: 0, logprobs: null, finish_reason })
  if (body.stream !== true) return json({ ...head, choices: [choice(TEXT, 'stop')], usage })
  const chunks = [...pieces(TEXT).map((piece) => choice(piece, null)), choice('', 'stop')]
  const asked = asObject(body.stream_options)?.include_usage === true
  const events = [
    ...chunks.map((each) => ({ ...head, choices: [each] })),
    ...(asked ? [{ ...head, choices: [], usage }] : []),
  ]
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  return { status: 200, type: 'text/event-stream', body: `${text}data: [DONE]\n\n` }
}

function openaiEmbeddings({ body, provider }: TaskRequest): TaskReply {
  const embedding =
    body.encoding_format === 'base64' ? Buffer.from(Float32Array.from(VECTOR).buffer).toString('base64') : [...VECTOR]
  return json({
    // Mistral's reply has an id, OpenAI's has none.
    ...(provider === 'mistral' ? { id: 'embd-upstream1' } : {}),
    object: 'list',
    data: Array.from({ length: countOf(body.input) }, (_, index) => ({ object: 'embedding', index, embedding })),
    model: asString(body.model) ?? '',
    usage: { prompt_tokens: 8, total_tokens: 8 },
  })
}

function geminiBatch({ body }: TaskRequest): TaskReply {
  return json({ embeddings: asArray(body.requests).map(() => ({ values: [...VECTOR] })) })
}

function cohereEmbed({ body }: TaskRequest): TaskReply {
  const texts = asArray(body.texts).length ? asArray(body.texts) : asArray(body.inputs)
  return json({
    id: 'upstream-embed-1',
    embeddings: { float: texts.map(() => [...VECTOR]) },
    texts: asArray(body.texts),
    meta: { api_version: { version: '2' }, billed_units: { input_tokens: 8 } },
    response_type: 'embeddings_by_type',
  })
}

function ollamaEmbed({ body }: TaskRequest): TaskReply {
  return json({
    model: asString(body.model) ?? '',
    embeddings: Array.from({ length: countOf(body.input) }, () => [...VECTOR]),
    total_duration: 1_000_000,
    load_duration: 1_000,
    prompt_eval_count: 8,
  })
}

/** The last document is the best, the first the second best. */
function rerank({ body }: TaskRequest): TaskReply {
  const count = asArray(body.documents).length
  const results = [
    { index: count - 1, relevance_score: 0.875 },
    { index: 0, relevance_score: 0.25 },
  ]
  return json({
    id: 'upstream-rerank-1',
    results: results.slice(0, asNumber(body.top_n) ?? 2),
    meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
  })
}

function moderation({ body }: TaskRequest): TaskReply {
  return json({
    id: 'modr-upstream1',
    model: asString(body.model) ?? '',
    results: [{ flagged: true, categories: { violence: true }, category_scores: { violence: 0.9 } }],
  })
}

function images({ raw, body }: TaskRequest): TaskReply {
  const isEdit = Object.keys(body).length === 0
  return json({
    created: 1_790_000_000,
    data: [{ b64_json: (isEdit ? raw.subarray(0, 4) : SOUND).toString('base64') }],
    usage: {
      input_tokens: 10,
      output_tokens: 100,
      total_tokens: 110,
      input_tokens_details: { text_tokens: 10, image_tokens: 0 },
    },
  })
}

/** Says how many bytes of sound arrived, so that a lost byte shows. */
function transcription({ raw, headers }: TaskRequest): TaskReply {
  const whole = headers['content-type']?.startsWith('multipart/form-data') && raw.includes(SOUND)
  return json({
    text: whole ? 'The sound arrived whole.' : 'The sound is missing.',
    usage: { type: 'duration', seconds: 2 },
  })
}

function fileOf(id: string): JsonObject {
  return {
    id,
    object: 'file',
    bytes: FILE_TEXT.length,
    created_at: 1_790_000_000,
    filename: 'lines.jsonl',
    purpose: 'batch',
    status: 'processed',
  }
}

function storedResponse(id: string): JsonObject {
  return {
    id,
    object: 'response',
    created_at: 1_790_000_000,
    status: 'completed',
    model: 'text',
    output: [
      {
        type: 'message',
        id: 'msg_upstream1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Kept.', annotations: [] }],
      },
    ],
    usage: asObject({ input_tokens: 1, output_tokens: 1, total_tokens: 2 }),
  }
}
