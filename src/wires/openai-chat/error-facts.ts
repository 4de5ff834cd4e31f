/** What an error body says, whichever of a dozen envelopes it came in. */

import {
  asArray,
  asNumber,
  asObject,
  asString,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../ground/json.ts'

export interface ErrorFacts {
  readonly message?: string | undefined
  readonly code?: string | undefined
  readonly type?: string | undefined
  readonly param?: string | undefined
  /** An HTTP status named in the body. */
  readonly status?: number | undefined
}

/**
 * Reads OpenAI's `{error: {...}}`; `{error: "text"}` (xAI, Ollama); Mistral's and old vLLM's bare `{object: "error"}` and
 * `{detail}`; Databricks' `{error_code, message}`; Cloudflare's `{errors: [...]}`; Google's list; and plain text.
 */
export function errorFacts(body: Json | undefined): ErrorFacts {
  if (typeof body === 'string') return textFacts(body)
  if (Array.isArray(body)) return errorFacts(body[0])
  if (!isObject(body)) return {}
  if (isObject(body.error)) return envelopeFacts(body.error)
  const listed = asArray(body.errors).find(isObject)
  if (listed) return { ...flatFacts(listed), status: asNumber(body.status) }
  const facts = flatFacts(body)
  // xAI: the sentence is in `error`, the class of problem in `code`.
  if (typeof body.error === 'string') return { ...facts, message: body.error }
  return facts
}

/** Whether a body that came with status 200 is an error all the same. */
export function isErrorBody(body: JsonObject): boolean {
  if (body.error !== undefined && body.error !== null) return true
  if (Array.isArray(body.choices)) return false
  return (
    body.object === 'error' ||
    body.type === 'error' ||
    ['detail', 'message', 'errors', 'error_code'].some((field) => field in body)
  )
}

function textFacts(text: string): ErrorFacts {
  const trimmed = text.trim()
  const parsed = trimmed.startsWith('{') || trimmed.startsWith('[') ? parseJson(trimmed) : undefined
  if (parsed !== undefined && typeof parsed !== 'string') return errorFacts(parsed)
  // A proxy's HTML page says nothing that a caller could use.
  if (trimmed === '' || trimmed.startsWith('<')) return {}
  // The Workers AI binding: "3040: Capacity temporarily exceeded, please try again."
  const numbered = /(?:^|:\s)(\d{4}): /.exec(trimmed)
  return { message: trimmed, code: numbered?.[1] }
}

function envelopeFacts(error: JsonObject): ErrorFacts {
  const outer = flatFacts(error)
  const raw = asObject(error.metadata)?.raw
  if (raw === undefined || raw === null) {
    const inner = asString(asObject(error.innererror)?.code)
    return inner === 'ResponsibleAIPolicyViolation' ? { ...outer, code: inner } : outer
  }
  // OpenRouter: the provider's own error as a string of JSON (openrouter/openai-chat/error-400).
  const provider = errorFacts(raw)
  const name = asString(asObject(error.metadata)?.provider_name)
  const message = provider.message === undefined ? outer.message : `${name ?? outer.message}: ${provider.message}`
  return { ...outer, ...defined(provider), message }
}

function flatFacts(error: JsonObject): ErrorFacts {
  const code = asNumber(error.code)
  const word = asString(error.code) ?? asString(error.error_code) ?? (code === undefined ? undefined : String(code))
  // Azure writes the status as a word, llama.cpp and OpenRouter as a number.
  const isStatus = word !== undefined && /^[1-5]\d\d$/.test(word)
  const status = asNumber(error.status_code) ?? asNumber(error.raw_status_code) ?? asNumber(error.status)
  return {
    message: messageOf(error),
    code: isStatus ? undefined : word,
    type: asString(error.type) ?? asString(error.error_type),
    param: asString(error.param),
    status: status ?? (isStatus ? Number(word) : undefined),
  }
}

function messageOf(error: JsonObject): string | undefined {
  const message = error.message ?? error.Message ?? error.detail
  if (typeof message === 'string') return message
  // FastAPI's list of complaints, bare or wrapped once more (Mistral 422).
  const complaints = asArray(isObject(message) ? message.detail : message).filter(isObject)
  if (complaints.length > 0) return complaints.map(complaint).join('; ')
  return Object.keys(error).length > 0 ? JSON.stringify(error) : undefined
}

function complaint({ loc, msg }: JsonObject): string {
  return `${asArray(loc).join('.')}: ${asString(msg) ?? 'invalid'}`
}

function defined(facts: ErrorFacts): ErrorFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}
