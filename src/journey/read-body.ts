/** Reads a request body within bounds and turns it into a JSON object, or says exactly what is wrong with it. */

import { type GatewayError, gatewayError } from '../ground/error.ts'
import { isObject, type JsonObject } from '../ground/json.ts'
import { type ScannedObject, scanObject } from '../ground/json-scan.ts'
import { err, ok, type Result } from '../ground/result.ts'
import { formAsObject } from '../wires/form-fields.ts'
import { readRest } from './read-whole.ts'

export interface RequestBody {
  /** The JSON text as it came; empty for a form. */
  readonly text: string
  /** The object; of a form, its text fields. */
  readonly json: JsonObject
  readonly scanned: ScannedObject
  readonly bytes: number
  readonly form?: FormData
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

const FORM_TYPE = /^multipart\/form-data\s*;/i
const NOTHING_SCANNED: ScannedObject = { fields: new Map(), depth: 1, duplicate: undefined }

/** The body of a call that has none. */
export const EMPTY_BODY: RequestBody = { text: '', json: {}, scanned: NOTHING_SCANNED, bytes: 0 }

/** Refuses a body that is not declared as what the endpoint takes. */
export function checkContentType(headers: Headers, body: 'json' | 'form' = 'json'): GatewayError | undefined {
  const type = headers.get('content-type') ?? ''
  if ((body === 'json' ? JSON_TYPE : FORM_TYPE).test(type)) return undefined
  const wanted =
    body === 'json'
      ? 'must be JSON: send the header "content-type: application/json"'
      : 'must be a form: send it as multipart/form-data, as the SDKs do'
  const sent = type ? ` (it was "${type.slice(0, 80)}")` : ''
  return gatewayError('unsupported-media-type', `The request body ${wanted}${sent}.`)
}

/** Reads a multipart form of at most `maxBytes`. */
export async function readForm(request: Request, maxBytes: number): Promise<Result<RequestBody, GatewayError>> {
  if (Number(request.headers.get('content-length') ?? '0') > maxBytes) return err(await refuseLarge(request, maxBytes))
  const bytes = await readAtMost(request, maxBytes)
  if (!bytes) return err(tooLarge(maxBytes))
  const headers = { 'content-type': request.headers.get('content-type') ?? '' }
  let form: FormData
  try {
    form = await new Response(bytes, { headers }).formData()
  } catch {
    const message = 'The request body is not a complete multipart form. Send it as the SDKs do, with its boundary.'
    return err(gatewayError('invalid-request', message))
  }
  return ok({ text: '', json: formAsObject(form), scanned: NOTHING_SCANNED, bytes: bytes.byteLength, form })
}

/** Reads at most `maxBytes`; a longer body is cut off and refused without being kept. */
export async function readBody(request: Request, maxBytes: number): Promise<Result<RequestBody, GatewayError>> {
  const declared = Number(request.headers.get('content-length') ?? '0')
  if (declared > maxBytes) return err(await refuseLarge(request, maxBytes))
  const bytes = await readAtMost(request, maxBytes)
  if (!bytes) return err(tooLarge(maxBytes))
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return err(gatewayError('invalid-request', 'The request body is not valid UTF-8. Encode the JSON as UTF-8.'))
  }
  return parseBody(text, bytes.byteLength)
}

/** The deepest nesting a route allows. */
export function checkDepth(body: RequestBody, maxDepth: number): GatewayError | undefined {
  if (body.scanned.depth <= maxDepth) return undefined
  return gatewayError(
    'invalid-request',
    `The request body is nested ${body.scanned.depth} levels deep; this route allows ${maxDepth}. Flatten the JSON.`,
  )
}

function parseBody(text: string, bytes: number): Result<RequestBody, GatewayError> {
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
  return ok({ text, json, scanned, bytes })
}

async function readAtMost(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  // With a declared length the runtime itself holds the client to it, and one native read is the cheapest.
  if (request.headers.has('content-length')) return new Uint8Array(await request.arrayBuffer())
  if (!request.body) return new Uint8Array()
  return readRest((request.body as ReadableStream<Uint8Array>).getReader(), undefined, maxBytes)
}

/** A client still sending when the connection closes sees a broken pipe instead of the answer. */
const DISCARDED_BYTES = 32 * 1024 * 1024

async function refuseLarge(request: Request, maxBytes: number): Promise<GatewayError> {
  const reader = (request.body as ReadableStream<Uint8Array> | null)?.getReader()
  let left = DISCARDED_BYTES
  try {
    while (reader && left > 0) {
      const { value } = await reader.read()
      if (!value) break
      left -= value.byteLength
    }
  } catch {
    // The client gave up: nobody will read the answer.
  }
  return tooLarge(maxBytes)
}

function tooLarge(maxBytes: number): GatewayError {
  return gatewayError(
    'payload-too-large',
    `The request body is larger than ${maxBytes} bytes, the limit set by policy. Send less, or ask an admin to raise request.max_body.`,
  )
}
