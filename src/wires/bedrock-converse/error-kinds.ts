/** Exception names of this API <-> the gateway's error kinds, as tables. */

import type { ErrorKind } from '../../ground/error.ts'

/** What an exception means to us, by its name in lower case: credential errors are about the gateway's key, not the client's. */
export const KIND_OF_EXCEPTION: Readonly<Record<string, ErrorKind>> = {
  validationexception: 'invalid-request',
  serializationexception: 'invalid-request',
  throttlingexception: 'rate-limited',
  toomanyrequestsexception: 'rate-limited',
  servicequotaexceededexception: 'insufficient-quota',
  accessdeniedexception: 'upstream-credential',
  unrecognizedclientexception: 'upstream-credential',
  invalidsignatureexception: 'upstream-credential',
  incompletesignatureexception: 'upstream-credential',
  missingauthenticationtokenexception: 'upstream-credential',
  expiredtokenexception: 'upstream-credential',
  resourcenotfoundexception: 'not-found',
  conflictexception: 'conflict',
  modelerrorexception: 'upstream-error',
  modelstreamerrorexception: 'upstream-error',
  modeltimeoutexception: 'timeout',
  modelnotreadyexception: 'unavailable',
  internalserverexception: 'upstream-error',
  internalfailure: 'upstream-error',
  serviceunavailableexception: 'unavailable',
}

export const EXCEPTION_OF_KIND: Readonly<Record<ErrorKind, string>> = {
  'invalid-request': 'ValidationException',
  authentication: 'UnrecognizedClientException',
  'insufficient-quota': 'ServiceQuotaExceededException',
  permission: 'AccessDeniedException',
  'not-found': 'ResourceNotFoundException',
  'method-not-allowed': 'ValidationException',
  'request-timeout': 'ValidationException',
  conflict: 'ConflictException',
  'payload-too-large': 'ValidationException',
  'unsupported-media-type': 'ValidationException',
  unprocessable: 'ValidationException',
  'context-too-long': 'ValidationException',
  'content-filtered': 'ValidationException',
  'rate-limited': 'ThrottlingException',
  'client-closed': 'InternalServerException',
  internal: 'InternalServerException',
  'not-supported': 'ValidationException',
  'upstream-error': 'InternalServerException',
  'upstream-unreachable': 'ServiceUnavailableException',
  'upstream-credential': 'InternalServerException',
  unavailable: 'ServiceUnavailableException',
  overloaded: 'ServiceUnavailableException',
  timeout: 'ModelTimeoutException',
}

/** Invalid requests that say more in their message than in their type. */
export const KIND_OF_MESSAGE: readonly (readonly [RegExp, ErrorKind])[] = [
  [
    /input tokens exceed|too long|exceeds? (the )?(model'?s )?(maximum )?(context|length)|context (window|limit|length)/i,
    'context-too-long',
  ],
  [/model identifier is invalid/i, 'not-found'],
  [/blocked by (our )?content filter|content filter/i, 'content-filtered'],
]
