/** Reads recorded chat exchanges from a corpus folder into memory. */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { asArray, asNumber, asObject, asString, type JsonObject, parseJson } from '../../src/ground/json.ts'
import { CHAT_WIRE_NAMES, type ChatWireName } from '../../src/wires/wire.ts'
import { framesOf } from './dialects/frames.ts'
import { dialects } from './dialects/index.ts'

/** One recorded request and reply. */
export interface Exchange {
  readonly id: string
  readonly provider: string
  readonly wire: ChatWireName
  readonly kind: string
  readonly status: number
  /** How true the bytes are to the provider's own; only `wire` and `wire-chunked` are untouched. */
  readonly fidelity: string
  readonly streaming: boolean
  readonly contentType: string
  /** A stream recorded as one JSON array. */
  readonly isArray: boolean
  readonly response: Buffer
  /** Recorded at Bedrock's InvokeModel, which takes the same request without `model` and `stream`. */
  readonly invoked?: true
  /** What Bedrock's InvokeModel sent: the reply's events, each inside a binary frame. `response` has them as plain events. */
  readonly frames?: Buffer
  /** Sizes in which the bytes arrived when they were recorded. */
  readonly chunkSizes?: readonly number[]
  /** The recorded request body; absent when only the reply was recorded or the body is not a chat request. */
  readonly request?: JsonObject
  /** Where a reader finds the recording, relative to the corpus folder. */
  readonly pointer: string
}

const META = '.meta.json'
const INVOKE = 'bedrock-invoke'

/** Every exchange of a chat wire below `folder`, ordered by provider, kind and id. */
export function loadExchanges(folder: string): Exchange[] {
  const exchanges = readRecordings(folder, (parent, meta) => readExchange(folder, parent, meta))
  return exchanges.sort((a, b) => orderOf(a).localeCompare(orderOf(b)))
}

/** What `read` makes of each recording's folder and facts, below `folder`; recordings it makes nothing of are left out. */
export function readRecordings<Any>(
  folder: string,
  read: (parent: string, meta: JsonObject) => Any | undefined,
): Any[] {
  const found: Any[] = []
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(META)) continue
    const meta = asObject(parseJson(readFileSync(path.join(entry.parentPath, entry.name), 'utf8')))
    const recording = meta && read(entry.parentPath, meta)
    if (recording) found.push(recording)
  }
  return found
}

function orderOf(exchange: Exchange): string {
  return `${exchange.provider}/${exchange.wire}/${exchange.kind}/${exchange.id}`
}

function readExchange(folder: string, parent: string, meta: JsonObject): Exchange | undefined {
  const files = asObject(meta.files)
  const responseName = asString(files?.response) ?? ''
  const requestName = asString(files?.request)
  const sizes = asArray(meta.chunk_sizes).flatMap((size) => asNumber(size) ?? [])
  const request = requestName ? asObject(parseJson(readFileSync(path.join(parent, requestName), 'utf8'))) : undefined
  const wire = wireOf(asString(meta.api), request)
  if (!wire) return undefined
  const bytes = readFileSync(path.join(parent, responseName))
  const isInvoked = meta.api === INVOKE
  return {
    id: asString(meta.id) ?? '',
    provider: asString(meta.provider) ?? 'unknown',
    wire,
    kind: asString(meta.kind) ?? 'unknown',
    status: asNumber(meta.status) ?? 200,
    fidelity: asString(meta.fidelity) ?? 'unknown',
    streaming: meta.streaming === true,
    contentType: contentTypeOf(asString(asObject(meta.response_headers)?.['content-type']), responseName),
    ...(isInvoked && { invoked: true as const }),
    ...(isInvoked && responseName.endsWith('.bin')
      ? { response: unframed(bytes), frames: bytes }
      : { response: bytes }),
    ...(sizes.length > 1 && { chunkSizes: sizes }),
    isArray: responseName.endsWith('.stream.json'),
    ...(request && dialects[wire].isRequest(request) && { request }),
    pointer: path.relative(folder, path.join(parent, responseName)),
  }
}

/** InvokeModel takes what the model's vendor takes: of those formats the gateway speaks Claude's, to the others Converse. */
function wireOf(api: string | undefined, request: JsonObject | undefined): ChatWireName | undefined {
  if (api === INVOKE && request?.anthropic_version !== undefined) return 'anthropic-messages'
  return CHAT_WIRE_NAMES.find((name) => name === api)
}

/** The events inside the frames as Anthropic's own API would send them. */
function unframed(frames: Buffer): Buffer {
  const events = framesOf(frames).map(({ value }) => {
    const inner = Buffer.from(asString(asObject(value)?.bytes) ?? '', 'base64').toString()
    return `event: ${asString(asObject(parseJson(inner))?.type) ?? ''}\ndata: ${inner}\n\n`
  })
  return Buffer.from(events.join(''))
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.stream.txt': 'text/event-stream',
  '.stream.ndjson': 'application/x-ndjson',
  '.stream.bin': 'application/vnd.amazon.eventstream',
}

/** Some recordings lost their headers: then the file's own kind says what the provider must have sent. */
function contentTypeOf(recorded: string | undefined, responseName: string): string {
  if (recorded && !recorded.includes('REDACT')) return recorded
  const kind = Object.keys(CONTENT_TYPES).find((end) => responseName.endsWith(end))
  return CONTENT_TYPES[kind ?? ''] ?? 'application/json'
}
