/** The second promise: through another wire the app reads the same answer, ending, usage or error. */

import { asObject, asString, type Json, parseJson } from '../../src/ground/json.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import type { Outcome } from './ask.ts'
import { compareTranslated, type Difference } from './compare.ts'
import type { Exchange } from './corpus.ts'
import type { Dialect } from './dialects/dialect.ts'
import { dialects } from './dialects/index.ts'

/** Why the official SDK cannot read the recording itself; undefined when it can, or when it rightly throws a provider's error. */
export function whyUnreadable(wire: ChatWireName, straight: Outcome): string | undefined {
  if (straight.thrown)
    return straight.thrown.isApiError ? undefined : `${straight.thrown.name}: ${straight.thrown.message}`
  return dialects[wire].read(straight.objects) ? undefined : 'the SDK returned something without an answer in it'
}

/** The recorded stream stops before a finish reason or the wire's own end, and nothing says why. */
export function isCut({ wire, streaming }: Pick<Exchange, 'wire' | 'streaming'>, straight: Outcome): boolean {
  return streaming && !straight.thrown && straight.status < 400 && !dialects[wire].ends(straight.objects)
}

/** Differences between what the original wire's SDK read straight and what the app's SDK read through the gateway. */
export function compareCrosswise(exchange: Exchange, app: Dialect, straight: Outcome, through: Outcome): Difference[] {
  if (straight.thrown) return compareErrors(exchange, straight, through)
  if (isCut(exchange, straight)) {
    const why = "the provider's stream stops without its end, but the app saw a normal one"
    return through.thrown?.isApiError ? [] : [{ check: 'error hidden', detail: why }]
  }
  if (through.thrown) {
    const { name, message } = through.thrown
    return [{ check: 'readable', detail: `the SDK threw ${name}: ${message.slice(0, 300)}` }]
  }
  const from = dialects[exchange.wire]
  const original = from.read(straight.objects)
  const translated = app.read(through.objects)
  if (!original || !translated)
    return [{ check: 'readable', detail: 'the SDK returned something without an answer in it' }]
  return compareTranslated(from, app, original, translated)
}

/** A provider's refusal of the gateway's own credential is the gateway's fault, not the app's: 502 instead (docs/decisions/003). */
export function refusesCredential({ status, response }: Exchange): boolean {
  // Google and xAI say 400 for a key they do not know.
  const saysKey = /API_KEY_INVALID|Incorrect API key/.test(response.toString())
  return status === 401 || status === 403 || (status === 400 && saysKey)
}

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
    const allowed = [exchange.status, ...(refusesCredential(exchange) ? [502] : [])]
    if (!allowed.includes(thrown.status ?? 0)) {
      differences.push({ check: 'error status', detail: `expected ${allowed.join(' or ')}, got ${thrown.status}` })
    }
  }
  const message = messageOf(exchange)
  const got = parseJson(through.bytes.toString())
  const shown = messageIn(got) ?? thrown.message
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
  if (Array.isArray(body)) return messageIn(body[0])
  const envelope = asObject(body)
  if (!envelope) return asString(body)
  const error = envelope.error
  if (typeof error === 'string') return error
  const found = asString(asObject(error)?.message) ?? asString(envelope.message) ?? asString(envelope.detail)
  return found ?? (Array.isArray(envelope.detail) ? asString(asObject(envelope.detail[0])?.msg) : undefined)
}
