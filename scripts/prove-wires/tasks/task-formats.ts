/** The formats of tasks as an app sees them: where to send a request, the least one, and what a reply says. Nothing comes from `src/wires`. */

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '../../../src/ground/json.ts'
import type { TaskWireName } from '../../../src/wires/task-wire.ts'

/** What a reply says, whatever its format. */
export interface TaskAnswer {
  readonly vectors?: readonly (readonly number[])[]
  readonly tokens?: number
}

export interface TaskFormat {
  readonly wire: TaskWireName
  /** The gateway's path; absent for formats that only providers speak. */
  readonly path?: (model: string) => string
  /** Formats with the same word can be asked in place of each other. */
  readonly group: 'embeddings' | 'count' | 'moderations' | 'rerank'
  /** The least request that asks for `texts`; undefined when the format cannot ask for that many. */
  least(model: string, texts: readonly string[]): JsonObject | undefined
  /** `packed`: of what kind the numbers inside base64 are; `float32` unless told. */
  read(body: Json, packed?: Packed): TaskAnswer
}

/** What vendors put into base64, little-endian. */
export type Packed = 'float32' | 'float64' | 'int8'

const messages = (texts: readonly string[]): JsonObject[] => [{ role: 'user', content: texts.join(' ') }]
const contents = (text: string): JsonObject => ({ parts: [{ text }] })

export const TASK_FORMATS: readonly TaskFormat[] = [
  {
    wire: 'openai-embeddings',
    path: () => '/v1/embeddings',
    group: 'embeddings',
    least: (model, texts) => ({ model, input: [...texts] }),
    read: (body, packed) => ({
      vectors: asArray(asObject(body)?.data).map((entry) => numbers(asObject(entry)?.embedding, packed)),
    }),
  },
  {
    wire: 'cohere-embed',
    path: () => '/v2/embed',
    group: 'embeddings',
    least: (model, texts) => ({ model, texts: [...texts], input_type: 'search_document', embedding_types: ['float'] }),
    read(body) {
      const embeddings = asObject(body)?.embeddings
      return { vectors: asArray(asObject(embeddings)?.float ?? embeddings).map((vector) => numbers(vector)) }
    },
  },
  {
    wire: 'gemini-embed',
    path: (model) => `/v1beta/models/${model}:embedContent`,
    group: 'embeddings',
    least: (_model, texts) => (texts.length === 1 ? { content: contents(texts[0] ?? '') } : undefined),
    read: (body) => ({ vectors: [numbers(asObject(asObject(body)?.embedding)?.values)] }),
  },
  {
    wire: 'gemini-batch-embed',
    path: (model) => `/v1beta/models/${model}:batchEmbedContents`,
    group: 'embeddings',
    least: (model, texts) => ({
      requests: texts.map((text) => ({ model: `models/${model}`, content: contents(text) })),
    }),
    read: (body) => ({ vectors: asArray(asObject(body)?.embeddings).map((entry) => numbers(asObject(entry)?.values)) }),
  },
  {
    wire: 'ollama-embed',
    path: () => '/api/embed',
    group: 'embeddings',
    least: (model, texts) => ({ model, input: [...texts] }),
    read: (body) => ({ vectors: asArray(asObject(body)?.embeddings).map((vector) => numbers(vector)) }),
  },
  {
    wire: 'anthropic-count-tokens',
    path: () => '/v1/messages/count_tokens',
    group: 'count',
    least: (model, texts) => ({ model, messages: messages(texts) }),
    read: (body) => tokens(asObject(body)?.input_tokens),
  },
  {
    wire: 'openai-count-tokens',
    path: () => '/v1/responses/input_tokens',
    group: 'count',
    least: (model, texts) => ({ model, input: texts.join(' ') }),
    read: (body) => tokens(asObject(body)?.input_tokens),
  },
  {
    wire: 'gemini-count-tokens',
    path: (model) => `/v1beta/models/${model}:countTokens`,
    group: 'count',
    least: (_model, texts) => ({ contents: texts.map(contents) }),
    read: (body) => tokens(asObject(body)?.totalTokens),
  },
  {
    wire: 'bedrock-count-tokens',
    group: 'count',
    least: () => undefined,
    read: (body) => tokens(asObject(body)?.inputTokens),
  },
  {
    wire: 'openai-moderations',
    path: () => '/v1/moderations',
    group: 'moderations',
    least: (model, texts) => ({ model, input: [...texts] }),
    read: () => ({}),
  },
  {
    wire: 'cohere-rerank',
    path: () => '/v2/rerank',
    group: 'rerank',
    least: (model, texts) => ({ model, query: 'Hello.', documents: [...texts] }),
    read: () => ({}),
  },
]

/** Numbers, or numbers packed into base64. */
function numbers(vector: Json | undefined, packed: Packed = 'float32'): number[] {
  if (typeof vector !== 'string') return asArray(vector).flatMap((value) => asNumber(value) ?? [])
  const bytes = Buffer.from(vector, 'base64')
  if (packed === 'int8') return [...new Int8Array(bytes)]
  const size = packed === 'float64' ? 8 : 4
  return Array.from({ length: bytes.length / size }, (_, index) =>
    size === 8 ? bytes.readDoubleLE(index * size) : bytes.readFloatLE(index * size),
  )
}

function tokens(count: Json | undefined): TaskAnswer {
  const value = asNumber(count)
  return value === undefined ? {} : { tokens: value }
}

/** The sentence a reply's error has for people, wherever its envelope keeps it. */
export function errorText(body: Json | undefined): string | undefined {
  if (Array.isArray(body)) return errorText(body[0])
  const envelope = asObject(body)
  const error = envelope?.error
  return (
    asString(error) ?? asString(asObject(error)?.message) ?? asString(envelope?.message) ?? asString(envelope?.detail)
  )
}
