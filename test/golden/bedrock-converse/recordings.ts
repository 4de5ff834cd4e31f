/** The recorded Converse exchanges of the corpus, read from disk. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AwsEventFramer } from '../../../src/ground/aws-events.ts'
import type { Framer } from '../../../src/ground/framing.ts'
import { asObject, type JsonObject, parseJson } from '../../../src/ground/json.ts'
import { type SseEvent, SseParser } from '../../../src/ground/sse.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire/bedrock/bedrock-converse')
const metas = existsSync(corpus) ? globSync(`${corpus}/*/*.meta.json`).sort() : []

/** One recording; `events` are those of its stream, whatever their framing. */
export interface Exchange {
  readonly name: string
  readonly facts: JsonObject
  readonly request: JsonObject | undefined
  readonly response: JsonObject | undefined
  readonly events: SseEvent[] | undefined
  readonly bytes: Uint8Array | undefined
}

/** Every recording; none where there is no corpus. */
export function exchanges(): Exchange[] {
  return metas.map((meta) => {
    const base = meta.replace(/\.meta\.json$/, '')
    const text = (ending: string) => (existsSync(base + ending) ? readFileSync(base + ending, 'utf8') : undefined)
    const bytes = existsSync(`${base}.stream.bin`) ? readFileSync(`${base}.stream.bin`) : undefined
    const stream = text('.stream.txt')
    return {
      name: base.slice(corpus.length + 1),
      facts: asObject(parseJson(text('.meta.json') ?? '')) ?? {},
      request: asObject(parseJson(text('.request.json') ?? '')),
      response: asObject(parseJson(text('.response.json') ?? '')),
      events: bytes ? framed(new AwsEventFramer(), bytes) : stream === undefined ? undefined : parsed(stream),
      bytes,
    }
  })
}

/** Events of binary frames, fed in pieces. */
export function framed(framer: Framer, bytes: Uint8Array, pieceBytes = () => bytes.length): SseEvent[] {
  const events: SseEvent[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = pieceBytes()
    events.push(...framer.push(bytes.slice(at, at + size)))
    at += size
  }
  return [...events, ...framer.end()]
}

/** Events of text. */
export function parsed(text: string): SseEvent[] {
  const parser = new SseParser()
  return [...parser.push(text), ...parser.end()]
}
