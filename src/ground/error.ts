/** Every way a call can fail, as one closed union; each kind has one status, and each wire one shape for it. */

export const ERROR_STATUS = {
  'invalid-request': 400,
  authentication: 401,
  'insufficient-quota': 402,
  permission: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'request-timeout': 408,
  conflict: 409,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  unprocessable: 422,
  'context-too-long': 400,
  'content-filtered': 400,
  'rate-limited': 429,
  'client-closed': 499,
  internal: 500,
  'not-supported': 501,
  'upstream-error': 502,
  'upstream-unreachable': 502,
  'upstream-credential': 502,
  unavailable: 503,
  overloaded: 529,
  timeout: 504,
} as const satisfies Record<string, number>

export type ErrorKind = keyof typeof ERROR_STATUS

export interface GatewayError {
  readonly kind: ErrorKind
  /** For the caller: what happened, where, and what to do. Never holds a secret. */
  readonly message: string
  /** HTTP status sent to the client. */
  readonly status: number
  /** Machine-readable word, the provider's own when it had one. */
  readonly code?: string
  /** The request field at fault, in the client's own naming. */
  readonly param?: string
  readonly retryable: boolean
  readonly retryAfterMs?: number
  /** Who refused: the gateway itself or the provider behind it. */
  readonly origin: 'gateway' | 'upstream'
  /** The provider's own error type word, for wires that carry one. */
  readonly upstreamType?: string
  readonly upstreamStatus?: number
}

export type ErrorDetails = Partial<Omit<GatewayError, 'kind' | 'message'>>

const RETRYABLE: ReadonlySet<ErrorKind> = new Set([
  'rate-limited',
  'upstream-error',
  'upstream-unreachable',
  'unavailable',
  'overloaded',
  'timeout',
])

/** Builds an error of one kind; status and retryability follow from the kind unless stated. */
export function gatewayError(kind: ErrorKind, message: string, details: ErrorDetails = {}): GatewayError {
  return { kind, message, status: ERROR_STATUS[kind], retryable: RETRYABLE.has(kind), origin: 'gateway', ...details }
}

/** The error kind that a provider's HTTP status means when its body says nothing more. */
export function kindOfStatus(status: number): ErrorKind {
  switch (status) {
    case 400:
      return 'invalid-request'
    case 401:
    case 403:
      return 'upstream-credential'
    case 402:
      return 'insufficient-quota'
    case 404:
      return 'not-found'
    case 408:
      return 'timeout'
    case 409:
      return 'conflict'
    case 413:
      return 'payload-too-large'
    case 422:
      return 'unprocessable'
    case 429:
      return 'rate-limited'
    case 503:
      return 'unavailable'
    case 504:
      return 'timeout'
    case 529:
      return 'overloaded'
    default:
      return status >= 500 ? 'upstream-error' : 'invalid-request'
  }
}
