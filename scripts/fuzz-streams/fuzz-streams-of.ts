/** Mutated streams through one wire's decoder and tap and another wire's encoder. */

import type { Part } from '../../src/ground/chat-reply.ts'
import { createFramer } from '../../src/ground/framing.ts'
import { Gatherer } from '../../src/ground/gather.ts'
import type { Json } from '../../src/ground/json.ts'
import type { SseEvent } from '../../src/ground/sse.ts'
import { type Quirks, STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import type { ChatWire } from '../../src/wires/wire.ts'
import { framed } from '../../test/support/pieces.ts'
import { problemOfStream, problemOfTapped } from './check-parts.ts'
import type { Crashes } from './crashes.ts'
import { mutateJson } from './mutate-json.ts'
import { flipBits, mutateText } from './mutate-text.ts'
import type { Random } from './random.ts'
import { eventText, type SeedEvent, type SeedStream } from './seed-streams.ts'

/** Dialects that lead decoders and encoders into other branches. */
export const DIALECTS: readonly Quirks[] = [
  STANDARD_QUIRKS,
  { ...STANDARD_QUIRKS, reasoningField: 'reasoning_content', completionIncludesReasoning: false },
  { ...STANDARD_QUIRKS, reasoningField: 'reasoning', reasoningRequest: 'reasoning-object', toolIdLength: 9 },
  { ...STANDARD_QUIRKS, reasoningField: 'thinking-blocks', cumulativeMessage: true, structuredOutput: 'none' },
  {
    ...STANDARD_QUIRKS,
    streamUsage: 'never',
    thinkingRequest: 'adaptive',
    toolChoiceRequired: 'any',
    cacheControl: true,
  },
]

export interface WireSeeds {
  readonly wire: ChatWire
  readonly streams: readonly SeedStream[]
}

/** Fuzzes one stream; returns how many events went through it. */
export function fuzzStream(
  random: Random,
  from: WireSeeds,
  to: ChatWire,
  donors: readonly Json[],
  crashes: Crashes,
): number {
  const stream = random.pick(from.streams)
  const events = random.chance(0.1) ? damagedBytes(random, stream, crashes) : mutated(random, stream.events, donors)
  const quirks = random.pick(DIALECTS)
  const parts = decode(from.wire, events, quirks, crashes)
  tapThrough(from.wire, events, quirks, random.chance(0.5), crashes)
  if (!parts) return events.length
  crashes.guard('gather', parts, () => {
    const gatherer = new Gatherer()
    gatherer.push(parts)
    return gatherer.reply()
  })
  encode(random, to, parts, crashes)
  return events.length
}

function mutated(random: Random, events: readonly SeedEvent[], donors: readonly Json[]): SseEvent[] {
  let list = [...events]
  const disorder = random.below(10)
  if (disorder === 0) list = list.filter(() => random.chance(0.7))
  else if (disorder === 1) list.sort(() => random.next() - 0.5)
  else if (disorder === 2) list = list.flatMap((event) => (random.chance(0.2) ? [event, event] : [event]))
  else if (disorder === 3) list = [...list, ...list]
  return list.map(({ event, body }) => {
    let damaged = body
    while (random.chance(0.35)) damaged = mutateJson(random, damaged, donors)
    const text = eventText(damaged)
    const name = random.chance(0.03) ? random.pick(list).event : event
    return { event: name, data: random.chance(0.06) ? mutateText(random, text) : text }
  })
}

/** Through the framer with flipped bits; it may refuse them, in its own words. */
function damagedBytes(random: Random, stream: SeedStream, crashes: Crashes): SseEvent[] {
  const bytes = flipBits(random, stream.bytes, random.below(8))
  const framer = createFramer(stream.framing)
  const events: SseEvent[] = []
  const step = 1 + random.below(bytes.length)
  crashes.guard(`${stream.framing} framer`, [...bytes], () => {
    try {
      for (let at = 0; at < bytes.length; at += step) events.push(...framer.push(bytes.subarray(at, at + step)))
      events.push(...framer.end())
    } catch (error) {
      if (!(error instanceof Error && ['SseOverflow', 'AwsFrameError'].includes(error.name))) throw error
    }
  })
  return events
}

function decode(wire: ChatWire, events: readonly SseEvent[], quirks: Quirks, crashes: Crashes): Part[] | undefined {
  const step = `${wire.name} decodeStream`
  const parts = crashes.guard(step, events, () => {
    const decoder = wire.decodeStream(quirks)
    return [...events.flatMap((event) => decoder.push(event)), ...decoder.end()]
  })
  if (parts) crashes.fault(step, problemOfStream(parts), events)
  return parts
}

function tapThrough(
  wire: ChatWire,
  events: readonly SseEvent[],
  quirks: Quirks,
  askedUsage: boolean,
  crashes: Crashes,
): void {
  const step = `${wire.name} tap`
  const tapped = crashes.guard(step, events, () => {
    const tap = wire.tap(quirks, askedUsage)
    for (const event of events) tap.event(event)
    return tap.result()
  })
  if (tapped) crashes.fault(step, problemOfTapped(tapped), events)
}

/** What an encoder writes must be its own framing, event for event, and JSON. */
function encode(random: Random, wire: ChatWire, parts: readonly Part[], crashes: Crashes): void {
  const framing = random.pick(wire.framings)
  const step = `${wire.name} encodeStream`
  const options = { includeUsage: random.chance(0.5), model: 'm', id: 'x', createdSeconds: 1, framing }
  const text = crashes.guard(step, parts, () => {
    const encoder = wire.encodeStream(options)
    const size = 1 + random.below(parts.length)
    let written = ''
    for (let at = 0; at < parts.length; at += size) written += encoder.push(parts.slice(at, at + size))
    return written + encoder.end()
  })
  if (text === undefined) return
  const events = crashes.guard(`${step}, its framing`, parts, () =>
    framed(framing === 'aws-event-stream' ? 'sse' : framing, text),
  )
  const broken = events?.find(({ data }) => data !== '[DONE]' && !isJson(data))
  crashes.fault(step, broken && `writes an event that is no JSON: ${broken.data.slice(0, 100)}`, parts)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
