/** What one feature becomes between one client's format and one provider's: measured by sending it through both. */

import type { ChatCall } from '../../src/ground/chat-call.ts'
import type { ChatReply, Part } from '../../src/ground/chat-reply.ts'
import { createFramer } from '../../src/ground/framing.ts'
import { Gatherer } from '../../src/ground/gather.ts'
import type { Json, JsonObject } from '../../src/ground/json.ts'
import { unfoldReply } from '../../src/ground/unfold.ts'
import type { Warning } from '../../src/ground/warning.ts'
import { type Quirks, STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import type { ChatWire, ReplyDefaults } from '../../src/wires/wire.ts'
import type { ReplyFeature } from './reply-features.ts'
import type { RequestFeature } from './request-features.ts'

/**
 * `carried`: arrives as it was. `changed` and `lost`: the gateway says so, in these words. `silent`: it does not arrive as
 * it was and nobody says so, which is a defect. `coarser`: the receiving format has no word for a nuance. `unsayable`: the
 * side that would say it has none.
 */
export type Cell =
  | { readonly kind: 'carried' | 'coarser' | 'unsayable' }
  | { readonly kind: 'changed' | 'lost' | 'silent'; readonly detail: string }

/** A provider that follows its own format to the letter. */
const QUIRKS: Quirks = {
  ...STANDARD_QUIRKS,
  streamUsage: 'always',
  reasoningField: 'reasoning_content',
  developerRole: true,
  defaultMaxTokens: 4096,
}
const DEFAULTS: ReplyDefaults = { id: 'reply-1', model: 'model-1', createdSeconds: 1_790_000_000 }
const PLAIN_CALL: ChatCall = {
  model: 'model-1',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello.' }] }],
  stream: false,
  maxOutputTokens: 1000,
}

/** From an app to a provider. */
export function requestCell(feature: RequestFeature, client: ChatWire, provider: ChatWire): Cell {
  const wanted = shown(feature.shows({ ...PLAIN_CALL, ...feature.call }))
  const sent = client.decodeRequest(asJson(client.encodeRequest({ ...PLAIN_CALL, ...feature.call }, QUIRKS).value))
  if (!sent.ok || shown(feature.shows(sent.value)) !== wanted) return { kind: 'unsayable' }
  const { value, warnings } = provider.encodeRequest({ ...sent.value, model: 'model-1' }, QUIRKS)
  const received = provider.decodeRequest(asJson(value))
  const got = received.ok ? shown(feature.shows(received.value)) : undefined
  return judge(wanted, got, shown(feature.shows(PLAIN_CALL)), warnings)
}

/** From a provider to an app, whole and as a stream; the worse of both counts. */
export function replyCell(feature: ReplyFeature, client: ChatWire, provider: ChatWire): Cell {
  const whole = hop(feature, client, provider, wholeThrough)
  const streamed = hop(feature, client, provider, streamThrough)
  const order: readonly Cell['kind'][] = ['silent', 'lost', 'changed', 'coarser', 'carried', 'unsayable']
  const [worse = whole] = [whole, streamed].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  if (!('detail' in worse) || whole.kind === streamed.kind) return worse
  return { ...worse, detail: `${worse.detail} (${worse === whole ? 'whole replies' : 'streams'} only)` }
}

type Through = (reply: ChatReply, wire: ChatWire) => { reply: ChatReply | undefined; warnings: readonly Warning[] }

function hop(feature: ReplyFeature, client: ChatWire, provider: ChatWire, through: Through): Cell {
  const wanted = shown(feature.shows(feature.reply))
  const made = through(feature.reply, provider).reply
  if (!made || shown(feature.shows(made)) !== wanted) return { kind: 'unsayable' }
  const { reply, warnings } = through(made, client)
  const cell = judge(wanted, reply && shown(feature.shows(reply)), undefined, warnings)
  if (cell.kind !== 'silent' || !feature.isNuance) return cell
  const own = through(feature.reply, client).reply
  return own && shown(feature.shows(own)) === wanted ? cell : { kind: 'coarser' }
}

const wholeThrough: Through = (reply, wire) => {
  const { value, warnings } = wire.encodeReply(reply, DEFAULTS)
  const decoded = wire.decodeReply(asJson(value), QUIRKS)
  return { reply: decoded.ok ? decoded.value : undefined, warnings }
}

const streamThrough: Through = (reply, wire) => {
  const encoder = wire.encodeStream({ includeUsage: true, ...DEFAULTS })
  const text = encoder.push(unfoldReply(reply)) + encoder.end()
  // Amazon's frames are binary; the same events as text say the same.
  const [framing] = wire.framings
  const framer = createFramer(framing === 'aws-event-stream' ? 'sse' : framing)
  const decoder = wire.decodeStream(QUIRKS)
  const events = [...framer.push(new TextEncoder().encode(text)), ...framer.end()]
  const parts: Part[] = [...events.flatMap((event) => decoder.push(event)), ...decoder.end()]
  const gatherer = new Gatherer()
  gatherer.push(parts)
  return { reply: gatherer.error ? undefined : gatherer.reply(), warnings: encoder.warnings }
}

function judge(
  wanted: string,
  got: string | undefined,
  nothing: string | undefined,
  warnings: readonly Warning[],
): Cell {
  const [first] = [...warnings].sort((a, b) => (a.effect === b.effect ? 0 : a.effect === 'dropped' ? -1 : 1))
  if (got === wanted) return first ? { kind: 'changed', detail: first.detail } : { kind: 'carried' }
  if (!first) return { kind: 'silent', detail: `${wanted.slice(0, 80)} became ${(got ?? 'nothing').slice(0, 80)}` }
  const gone = got === undefined || got === nothing || got === '[]' || first.effect === 'dropped'
  return { kind: gone ? 'lost' : 'changed', detail: first.detail }
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

function asJson(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value))
}
