/** Error words of this wire and its vendors <-> the gateway's error kinds, as tables. */

import type { ErrorKind } from '../../ground/error.ts'

/** By `code` or, where that says nothing, by `type`. A provider's credential errors are about the gateway's key. */
export const KIND_OF_CODE: Readonly<Record<string, ErrorKind>> = {
  context_length_exceeded: 'context-too-long',
  too_many_prompt_tokens: 'context-too-long',
  string_above_max_length: 'context-too-long',
  exceed_context_size_error: 'context-too-long',
  content_filter: 'content-filtered',
  content_policy_violation: 'content-filtered',
  ResponsibleAIPolicyViolation: 'content-filtered',
  invalid_prompt: 'content-filtered',
  invalid_api_key: 'upstream-credential',
  authentication_error: 'upstream-credential',
  permission_error: 'upstream-credential',
  PERMISSION_DENIED: 'upstream-credential',
  UNAUTHENTICATED: 'upstream-credential',
  insufficient_quota: 'insufficient-quota',
  billing_hard_limit_reached: 'insufficient-quota',
  billing_not_active: 'insufficient-quota',
  rate_limit_exceeded: 'rate-limited',
  rate_limit_error: 'rate-limited',
  RateLimitReached: 'rate-limited',
  REQUEST_LIMIT_EXCEEDED: 'rate-limited',
  RESOURCE_EXHAUSTED: 'rate-limited',
  model_not_found: 'not-found',
  DeploymentNotFound: 'not-found',
  ENDPOINT_NOT_FOUND: 'not-found',
  RESOURCE_DOES_NOT_EXIST: 'not-found',
  not_found_error: 'not-found',
  // The model wrote a call that does not fit its tool; asking again may help (groq/openai-chat/stream-error).
  tool_use_failed: 'upstream-error',
  json_validate_failed: 'upstream-error',
  server_error: 'upstream-error',
  internal_error: 'upstream-error',
  INTERNAL_ERROR: 'upstream-error',
  overloaded: 'overloaded',
  overloaded_error: 'overloaded',
  engine_overloaded_error: 'overloaded',
  TEMPORARILY_UNAVAILABLE: 'unavailable',
  service_unavailable: 'unavailable',
  timeout: 'timeout',
  // Workers AI: out of capacity, no such model.
  '3040': 'overloaded',
  '5007': 'not-found',
  '7003': 'not-found',
}

/** Errors that say more in their message than in status and code. */
export const KIND_OF_MESSAGE: readonly (readonly [RegExp, ErrorKind])[] = [
  [
    /maximum context|context (length|window|size)|(prompt|input|messages?) (is |are )?too long|too many (input |prompt )?tokens|reduce the length/i,
    'context-too-long',
  ],
  [/content (management|filter|policy)|usage guidelines|content violates|flagged (by|for|as)/i, 'content-filtered'],
  [
    /(incorrect|invalid|bad|missing|expired) (api[ _-]?key|authentication|credentials)|api[ _-]?key (is )?(not valid|invalid|not found|provided)/i,
    'upstream-credential',
  ],
  [/insufficient (balance|quota|credits?|funds)|exceeded your current quota|more credits/i, 'insufficient-quota'],
  [/capacity temporarily exceeded|overloaded/i, 'overloaded'],
]

/** Kinds that a message may make more precise. */
export const VAGUE_KINDS: ReadonlySet<ErrorKind> = new Set([
  'invalid-request',
  'upstream-error',
  'payload-too-large',
  'unprocessable',
  'upstream-credential',
  'rate-limited',
])

interface ErrorWords {
  readonly type: string
  readonly code: string | null
}

/** What OpenAI itself says in such a case; its SDKs decide by status, apps by `code`. */
export const WORDS_OF_KIND: Readonly<Record<ErrorKind, ErrorWords>> = {
  'invalid-request': { type: 'invalid_request_error', code: null },
  authentication: { type: 'invalid_request_error', code: 'invalid_api_key' },
  'insufficient-quota': { type: 'insufficient_quota', code: 'insufficient_quota' },
  permission: { type: 'invalid_request_error', code: 'permission_denied' },
  'not-found': { type: 'invalid_request_error', code: 'not_found' },
  'method-not-allowed': { type: 'invalid_request_error', code: 'method_not_allowed' },
  'request-timeout': { type: 'invalid_request_error', code: 'request_timeout' },
  conflict: { type: 'invalid_request_error', code: 'conflict' },
  'payload-too-large': { type: 'invalid_request_error', code: 'payload_too_large' },
  'unsupported-media-type': { type: 'invalid_request_error', code: 'unsupported_media_type' },
  unprocessable: { type: 'invalid_request_error', code: 'unprocessable' },
  'context-too-long': { type: 'invalid_request_error', code: 'context_length_exceeded' },
  'content-filtered': { type: 'invalid_request_error', code: 'content_filter' },
  'rate-limited': { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  'client-closed': { type: 'server_error', code: 'client_closed_request' },
  internal: { type: 'server_error', code: 'internal_error' },
  'not-supported': { type: 'invalid_request_error', code: 'not_supported' },
  'upstream-error': { type: 'server_error', code: 'upstream_error' },
  'upstream-unreachable': { type: 'server_error', code: 'upstream_unreachable' },
  'upstream-credential': { type: 'server_error', code: 'upstream_credential' },
  unavailable: { type: 'server_error', code: 'service_unavailable' },
  overloaded: { type: 'server_error', code: 'overloaded' },
  timeout: { type: 'server_error', code: 'upstream_timeout' },
}
