/** Reads a request body within bounds and turns it into a JSON object, or says exactly what is wrong with it. */

import { type GatewayError, gatewayError } from '../ground/error.ts'
import { isObject, type JsonObject } from '../ground/json.ts'
import { type ScannedObject, scanObject } from '../ground/json-scan.ts'
import { err, ok, type Result } from '../ground/result.ts'
import { readRest } from './read-whole.ts'

export interface RequestBody {
  readonly text: string
  readonly json: JsonObject
  readonly scanned: ScannedObject
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

/** Refuses a body that is not declared as JSON. */
export function checkContentType(headers: Headers): GatewayError | undefined {
  const type = headers.get('content-type')
  if (type && JSON_TYPE.test(type)) return undefined
  return gatewayError(
    'unsupported-media-type',
    `The request body must be JSON: send the header "content-type: application/json"${type ? ` (it was "${type.slice(0, 80)}")` : ''}.`,
  )
}

/** Reads at most `maxBytes`; a longer body is cut off and refused without being kept. */
export async function readBody(request: Request, maxBytes: number): Promise<Result<RequestBody, GatewayError>> {
  const declared = Number(request.headers.get('content-length') ?? '0')
  if (declared > maxBytes) return err(tooLarge(maxBytes))
  const bytes = await readAtMost(request, maxBytes)
  if (!bytes) return err(tooLarge(maxBytes))
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return err(gatewayError('invalid-request', 'The request body is not valid UTF-8. Encode the JSON as UTF-8.'))
  }
  return parseBody(text)
}

/** The deepest nesting a route allows. */
export function checkDepth(body: RequestBody, maxDepth: number): GatewayError | undefined {
  if (body.scanned.depth <= maxDepth) return undefined
  return gatewayError(
    'invalid-request',
    `The request body is nested ${body.scanned.depth} levels deep; this route allows ${maxDepth}. Flatten the JSON.`,
  )
}

function parseBody(text: string): Result<RequestBody, GatewayError> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    // V8 quotes the text around the fault; a prompt must not come back in an error or a log.
    const reason =
      error instanceof Error ? error.message.replace(/,?\s*(?:\.{3})?"[\s\S]*$/, '').slice(0, 120) : 'unreadable'
    return err(gatewayError('invalid-request', `The request body is not valid JSON: ${reason}.`))
  }
  if (!isObject(json)) return err(gatewayError('invalid-request', 'The request body must be a JSON object.'))
  const scanned = scanObject(text)
  if (scanned.duplicate !== undefined) {
    const key = scanned.duplicate.slice(0, 64)
    return err(
      gatewayError('invalid-request', `The request body has the key "${key}" twice. Send it once.`, { param: key }),
    )
  }
  return ok({ text, json, scanned })
}

async function readAtMost(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  // With a declared length the runtime itself holds the client to it, and one native read is the cheapest.
  if (request.headers.has('content-length')) return new Uint8Array(await request.arrayBuffer())
  if (!request.body) return new Uint8Array()
  return readRest((request.body as ReadableStream<Uint8Array>).getReader(), undefined, maxBytes)
}

function tooLarge(maxBytes: number): GatewayError {
  return gatewayError(
    'payload-too-large',
    `The request body is larger than ${maxBytes} bytes, the limit set by policy. Send less, or ask an admin to raise request.max_body.`,
  )
}
