/** The second promise: through another wire the app reads the same answer, ending, usage or error. */

import { asArray, asObject, asString, type Json, parseJson } from '../../src/ground/json.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import type { Outcome } from './ask.ts'
import { compareTranslated, type Difference } from './compare.ts'
import type { Exchange } from './corpus.ts'
import { readAnthropic } from './read-anthropic.ts'
import { readOpenai } from './read-openai.ts'
import type { Reading } from './reading.ts'

/** What the outcome says, read with the wire's own words; undefined when there is no reply in it. */
export function readOutcome(wire: ChatWireName, outcome: Outcome): Reading | undefined {
  return wire === 'openai-chat' ? readOpenai(outcome.objects) : readAnthropic(outcome.objects)
}

/** Why the official SDK cannot read the recording itself; undefined when it can, or when it rightly throws a provider's error. */
export function whyUnreadable(wire: ChatWireName, straight: Outcome): string | undefined {
  if (straight.thrown)
    return straight.thrown.isApiError ? undefined : `${straight.thrown.name}: ${straight.thrown.message}`
  return readOutcome(wire, straight) ? undefined : 'the SDK returned something without an answer in it'
}

/** The recording stops before a finish reason or the wire's own end, and nothing says why. */
export function isCut(wire: ChatWireName, straight: Outcome): boolean {
  if (straight.thrown || straight.status >= 400) return false
  if (wire === 'anthropic-messages') {
    const types = straight.objects.map((object) => asString(asObject(object)?.type))
    return types.includes('message_start') && !types.includes('message_stop')
  }
  const isStream = straight.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  return isStream && (readOpenai(straight.objects)?.choices.some((choice) => !choice.finish) ?? false)
}

/** Differences between what the original wire's SDK read straight and what the other wire's SDK read through the gateway. */
export function compareCrosswise(exchange: Exchange, straight: Outcome, through: Outcome): Difference[] {
  if (straight.thrown) return compareErrors(exchange, straight, through)
  if (isCut(exchange.wire, straight)) {
    const why = "the provider's stream stops without its end, but the app saw a normal one"
    return through.thrown?.isApiError ? [] : [{ check: 'error hidden', detail: why }]
  }
  if (through.thrown) {
    const { name, message } = through.thrown
    return [{ check: 'readable', detail: `the SDK threw ${name}: ${message.slice(0, 300)}` }]
  }
  const other = exchange.wire === 'openai-chat' ? 'anthropic-messages' : 'openai-chat'
  const original = readOutcome(exchange.wire, straight)
  const translated = readOutcome(other, through)
  if (!original || !translated)
    return [{ check: 'readable', detail: 'the SDK returned something without an answer in it' }]
  return compareTranslated(exchange.wire, original, translated)
}

/** A provider's refusal of the gateway's own credential is the gateway's fault, not the app's: 502 instead of 401 or 403. */
const STATUS: Readonly<Record<number, readonly number[]>> = { 401: [401, 502], 403: [403, 502] }

/** Differences in how a provider's error reaches the app. */
export function compareErrors(exchange: Exchange, straight: Outcome, through: Outcome): Difference[] {
  const thrown = through.thrown
  if (!thrown)
    return [
      { check: 'error hidden', detail: `the provider's error (${straight.thrown?.message}) ended as a normal reply` },
    ]
  const differences: Difference[] = []
  if (!thrown.isApiError) differences.push({ check: 'error class', detail: `${thrown.name}: ${thrown.message}` })
  if (exchange.status >= 400) {
    const allowed = STATUS[exchange.status] ?? [exchange.status]
    if (!allowed.includes(thrown.status ?? 0)) {
      differences.push({ check: 'error status', detail: `expected ${allowed.join(' or ')}, got ${thrown.status}` })
    }
  }
  const message = messageOf(exchange)
  const got = parseJson(through.bytes.toString())
  const shown = asString(asObject(asObject(got)?.error)?.message) ?? thrown.message
  if (message && !shown.includes(message)) {
    differences.push({
      check: 'error message',
      detail: `expected "${message.slice(0, 160)}" within "${shown.slice(0, 200)}"`,
    })
  }
  return differences
}

/** The sentence the provider meant for people, wherever its envelope keeps it. */
function messageOf(exchange: Exchange): string | undefined {
  const text = exchange.response.toString()
  const bodies = exchange.streaming
    ? [...text.matchAll(/^data: ?(.*)$/gm)].map((match) => parseJson(match[1] ?? ''))
    : [parseJson(text)]
  for (const body of bodies) {
    const message = messageIn(body)
    if (message) return message
  }
  return undefined
}

function messageIn(body: Json | undefined): string | undefined {
  const envelope = asObject(body)
  if (!envelope) return typeof body === 'string' ? body : messageIn(asArray(body)[0])
  const error = envelope.error
  if (typeof error === 'string') return error
  const found = asString(asObject(error)?.message) ?? asString(envelope.message) ?? asString(envelope.detail)
  return found ?? (Array.isArray(envelope.detail) ? asString(asObject(envelope.detail[0])?.msg) : undefined)
}
