/** Error types of this wire <-> the gateway's error kinds, as two tables. */

import type { ErrorKind } from '../../ground/error.ts'

/** What a provider's error type means to us: its credential errors are about the gateway's key, not the client's. */
export const KIND_OF_TYPE: Readonly<Record<string, ErrorKind>> = {
  invalid_request_error: 'invalid-request',
  authentication_error: 'upstream-credential',
  billing_error: 'insufficient-quota',
  permission_error: 'upstream-credential',
  not_found_error: 'not-found',
  request_too_large: 'payload-too-large',
  rate_limit_error: 'rate-limited',
  timeout_error: 'timeout',
  api_error: 'upstream-error',
  overloaded_error: 'overloaded',
}

export const TYPE_OF_KIND: Readonly<Record<ErrorKind, string>> = {
  'invalid-request': 'invalid_request_error',
  authentication: 'authentication_error',
  'insufficient-quota': 'billing_error',
  permission: 'permission_error',
  'not-found': 'not_found_error',
  'method-not-allowed': 'invalid_request_error',
  'request-timeout': 'timeout_error',
  conflict: 'invalid_request_error',
  'payload-too-large': 'request_too_large',
  'unsupported-media-type': 'invalid_request_error',
  unprocessable: 'invalid_request_error',
  'context-too-long': 'invalid_request_error',
  'content-filtered': 'invalid_request_error',
  'rate-limited': 'rate_limit_error',
  'client-closed': 'api_error',
  internal: 'api_error',
  'not-supported': 'invalid_request_error',
  'upstream-error': 'api_error',
  'upstream-unreachable': 'api_error',
  'upstream-credential': 'api_error',
  unavailable: 'overloaded_error',
  overloaded: 'overloaded_error',
  timeout: 'timeout_error',
}

/** Invalid requests that say more in their message than in their type. */
export const KIND_OF_MESSAGE: readonly (readonly [RegExp, ErrorKind])[] = [
  [
    /prompt is too long|exceeds? (the )?(model'?s )?(maximum )?context|context (window|limit|length)/i,
    'context-too-long',
  ],
  [/content filter/i, 'content-filtered'],
  [/credit balance is too low/i, 'insufficient-quota'],
]
