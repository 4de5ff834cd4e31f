/** Reads a reply as the gateway would, from text made up here or from a recording of the corpus. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChatReply, Part } from '../../src/ground/chat-reply.ts'
import { createFramer, type Framing } from '../../src/ground/framing.ts'
import { Gatherer } from '../../src/ground/gather.ts'
import { type Json, parseJson } from '../../src/ground/json.ts'
import { resolveProvider } from '../../src/providers/resolve-provider.ts'
import { type Quirks, STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import type { ChatWire, Tapped } from '../../src/wires/wire.ts'
import { DIFFERENCES } from './list.ts'

export interface Heard {
  readonly reply: ChatReply
  readonly parts: readonly Part[]
  /** What a pass-through would have written into the row. */
  readonly tapped: Tapped
  readonly error: Gatherer['error']
}

/** A stream, in pieces of seven bytes. */
export function hearStream(
  wire: ChatWire,
  text: string | Uint8Array,
  quirks: Quirks = STANDARD_QUIRKS,
  framing: Framing = wire.framings[0],
): Heard {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const framer = createFramer(framing)
  const decoder = wire.decodeStream(quirks)
  const tap = wire.tap(quirks, false)
  const events = []
  for (let at = 0; at < bytes.length; at += 7) events.push(...framer.push(bytes.subarray(at, at + 7)))
  events.push(...framer.end())
  for (const event of events) tap.event(event)
  const parts = [...events.flatMap((event) => decoder.push(event)), ...decoder.end()]
  const gatherer = new Gatherer()
  gatherer.push(parts)
  return { reply: gatherer.reply(), parts, tapped: tap.result(), error: gatherer.error }
}

/** A whole reply; throws when it cannot be read. */
export function hearWhole(wire: ChatWire, body: Json, quirks: Quirks = STANDARD_QUIRKS): Heard {
  const decoded = wire.decodeReply(body, quirks)
  const tap = wire.tap(quirks, false)
  tap.body(body)
  if (!decoded.ok)
    return { reply: { id: '', model: '', choices: [] }, parts: [], tapped: tap.result(), error: decoded.error }
  return { reply: decoded.value, parts: [], tapped: tap.result(), error: undefined }
}

/** Addresses that only an operator knows. */
const OPTIONS: Readonly<Record<string, Record<string, string>>> = { azure: { resource: 'mine' } }

/** The quirks of a row of the provider table. */
export function quirksOf(provider: string): Quirks {
  const found = resolveProvider(provider, { kind: provider, options: OPTIONS[provider] ?? {} })
  if (!found.ok || found.value.transport !== 'http') throw new Error(`no row ${provider}`)
  return found.value.quirks
}

/** Chat chunks as server-sent events, with the end mark. */
export function chunks(...bodies: Json[]): string {
  return `${bodies.map((body) => `data: ${JSON.stringify(body)}\n\n`).join('')}data: [DONE]\n\n`
}

/** Messages events with their names. */
export function events(...bodies: { type: string; [field: string]: Json }[]): string {
  return bodies.map((body) => `event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`).join('')
}

export const textOf = ({ reply }: Heard): string =>
  (reply.choices[0]?.content ?? []).flatMap((block) => (block.type === 'text' ? block.text : [])).join('')

export const thinkingOf = ({ reply }: Heard): string =>
  (reply.choices[0]?.content ?? []).flatMap((block) => (block.type === 'reasoning' ? block.text : [])).join('')

export const callsOf = ({ reply }: Heard): { id: string; name: string; arguments: string }[] =>
  (reply.choices[0]?.content ?? []).flatMap((block) =>
    block.type === 'tool-call' ? [{ id: block.id, name: block.name, arguments: block.arguments }] : [],
  )

const corpus = join(process.env.SLUICE_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus'), 'wire')

/** The recording that a difference points at; undefined without the corpus. */
export function recorded(number: number, wire: ChatWire, quirks: Quirks = STANDARD_QUIRKS): Heard | undefined {
  const { recording } = DIFFERENCES.find((difference) => difference.number === number) ?? {}
  if (!recording) throw new Error(`difference ${number} points at no recording`)
  const base = join(corpus, recording)
  if (!existsSync(`${base}.meta.json`)) return undefined
  for (const ending of ['.stream.txt', '.stream.ndjson', '.stream.bin'])
    if (existsSync(base + ending)) return hearStream(wire, readFileSync(base + ending), quirks)
  if (existsSync(`${base}.stream.json`))
    return hearStream(wire, readFileSync(`${base}.stream.json`), quirks, 'json-array')
  const body = parseJson(readFileSync(`${base}.response.json`, 'utf8'))
  return hearWhole(wire, body ?? null, quirks)
}
