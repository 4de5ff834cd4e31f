/** What every contender is asked: the same prompt of about 1 kB, as a whole reply or a stream, in two wires. */

/** Chunks of one measured stream, and the time between them. The mock reads both from the model name. */
const STREAM_CHUNKS = 50
const CHUNK_EVERY_MS = 20

/** Chunks of a stream that carry text and so a stamp; the last carries usage. */
export const STREAM_STAMPS = STREAM_CHUNKS - 1

/** Stands in every whole reply of the mock: proof that an answer came from there. */
export const REPLY_MARK = 'The quick brown fox jumps over the lazy dog.'

/** Bodies for both kinds of measurement. */
export interface Bodies {
  readonly whole: string
  readonly stream: string
}

const SYSTEM = `You are a helpful assistant. ${'Answer the question with care and cite sources where possible. '.repeat(6)}`
const QUESTION = `Summarise the following text: ${'lorem ipsum dolor sit amet '.repeat(20)}`
const SAMPLING = { temperature: 0.7, max_tokens: 256 }

/** `prefix` goes before the mock's model name, for gateways that route by it. */
export function chatBodies(prefix = ''): Bodies {
  const messages = [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: QUESTION },
  ]
  const streaming = { stream: true, stream_options: { include_usage: true } }
  return {
    whole: JSON.stringify({ model: `${prefix}mock`, messages, ...SAMPLING }),
    stream: JSON.stringify({ model: prefix + STREAM_MODEL, messages, ...SAMPLING, ...streaming }),
  }
}

/** The same question as an Anthropic client asks it. */
export function messagesBodies(prefix: string): Bodies {
  const question = { system: SYSTEM, messages: [{ role: 'user', content: QUESTION }], ...SAMPLING }
  return {
    whole: JSON.stringify({ model: `${prefix}mock`, ...question }),
    stream: JSON.stringify({ model: prefix + STREAM_MODEL, ...question, stream: true }),
  }
}

const STREAM_MODEL = `mock-n${STREAM_CHUNKS}-d${CHUNK_EVERY_MS}`
