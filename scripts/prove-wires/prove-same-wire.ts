/** The first promise: when client and provider speak one wire, the app gets the provider's bytes and the provider the app's. */

import type { ChatWireName } from '../../src/wires/wire.ts'
import { type Outcome, objectsText } from './ask.ts'
import type { Difference } from './compare.ts'
import type { Exchange } from './corpus.ts'
import { compareErrors, isCut, refusesCredential } from './prove-crosswise.ts'
import type { Received } from './replay-server.ts'
import { changedRequest } from './requests.ts'

/**
 * Differences between a reply through the gateway and the same reply straight from the provider. Two replies may not be
 * passed on as they are: one that stops without its end must end in an error, and one whose stream begins with an error
 * may be told as an HTTP error, since not a byte of it has left.
 */
export function compareSameWire(exchange: Exchange, straight: Outcome, through: Outcome): Difference[] {
  if (isCut(exchange, straight)) return compareCut(exchange, through)
  if (exchange.streaming && exchange.status < 400 && straight.thrown && through.status >= 400)
    return compareErrors(exchange, straight, through)
  // A provider that rejects the gateway's credential is the operator's trouble: docs/decisions/003.
  if (refusesCredential(exchange) && through.status === 502) return compareErrors(exchange, straight, through)
  const differences: Difference[] = []
  const differ = (check: string, detail: string): void => void differences.push({ check, detail })
  if (through.status !== straight.status) differ('status', `expected ${straight.status}, got ${through.status}`)
  if (!through.bytes.equals(exchange.response)) differ('bytes', firstDifference(exchange.response, through.bytes))
  if (objectsText(through) !== objectsText(straight)) {
    differ(
      'objects',
      `the SDK gave ${straight.objects.length} objects straight, ${through.objects.length} through the gateway, or others`,
    )
  }
  const [want, got] = [straight.thrown, through.thrown]
  if (want?.name !== got?.name || want?.message !== got?.message) {
    differ(
      'thrown',
      `expected ${want ? `${want.name}: ${want.message}` : 'nothing'}, got ${got ? `${got.name}: ${got.message}` : 'nothing'}`,
    )
  }
  return differences
}

function compareCut(exchange: Exchange, through: Outcome): Difference[] {
  const differences: Difference[] = []
  const start = through.bytes.subarray(0, exchange.response.length)
  if (!start.equals(exchange.response))
    differences.push({ check: 'bytes', detail: firstDifference(exchange.response, through.bytes) })
  if (!through.thrown?.isApiError) {
    differences.push({
      check: 'error hidden',
      detail: `the recording stops without its end, but the SDK saw ${through.thrown?.message ?? 'a normal end'}`,
    })
  }
  return differences
}

/** Differences between the request an app sent and the one the provider got. */
export function compareRequest(
  wire: ChatWireName,
  sent: string,
  received: Received | undefined,
  key: string,
): Difference[] {
  if (!received) return [{ check: 'upstream request', detail: 'the provider was never asked' }]
  if (received.wire !== wire)
    return [{ check: 'upstream request', detail: `sent as ${received.wire}, expected ${wire}` }]
  const change = changedRequest(sent, received.text, received.invoked)
  return [...(change ? [{ check: 'upstream request', detail: change }] : []), ...keyLeak(received, key)]
}

/** The app's key must never reach a provider. */
export function keyLeak(received: Received, key: string): Difference[] {
  const isLeaked =
    Object.values(received.headers).some((value) => String(value).includes(key)) || received.text.includes(key)
  return isLeaked ? [{ check: 'key leak', detail: "the provider was sent the app's gateway key" }] : []
}

function firstDifference(expected: Buffer, actual: Buffer): string {
  let at = 0
  while (at < expected.length && at < actual.length && expected[at] === actual[at]) at += 1
  const show = (bytes: Buffer): string => JSON.stringify(bytes.subarray(at, at + 120).toString())
  return `${expected.length} bytes expected, ${actual.length} got; they part at byte ${at}: expected ${show(expected)}, got ${show(actual)}`
}
