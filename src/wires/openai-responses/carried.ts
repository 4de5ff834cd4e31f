/**
 * Signed and encrypted thinking on its way through APIs that did not make it: ours through other wires' `signature`
 * fields, theirs through this wire's `encrypted_content`. Marks tell whose it is, so that nobody gets what it cannot read.
 */

import { isObject, type JsonObject, parseJson } from '../../ground/json.ts'
import { WIRE } from './wire-name.ts'

const OURS = `${WIRE}:`
const SIGNATURE = 'carried-signature:'
const REDACTED = 'carried-redacted:'

/** The fields of a reasoning item without its texts (id, `encrypted_content`…), as a signature other wires can carry. */
export function signatureOf(fields: JsonObject): string {
  return OURS + JSON.stringify(fields)
}

/** The fields that `signatureOf` packed; undefined for a signature that another API made. */
export function fieldsOf(signature: string): JsonObject | undefined {
  const value = signature.startsWith(OURS) ? parseJson(signature.slice(OURS.length)) : undefined
  return isObject(value) ? value : undefined
}

/** Another API's signature or encrypted thinking as `encrypted_content`, for a client to send back. */
export function carriedContent(kind: 'signature' | 'redacted', data: string): string {
  return (kind === 'signature' ? SIGNATURE : REDACTED) + data
}

/** `unsigned`: the empty signature that only kept thinking without a proof in the app's history. */
export type Carried = { readonly kind: 'signature' | 'redacted'; readonly data: string } | { readonly kind: 'unsigned' }

/** What `carriedContent` packed; undefined for content that a provider of this wire made. */
export function carriedThinking(content: string): Carried | undefined {
  if (content === SIGNATURE) return { kind: 'unsigned' }
  if (content.startsWith(SIGNATURE)) return { kind: 'signature', data: content.slice(SIGNATURE.length) }
  return content.startsWith(REDACTED) ? { kind: 'redacted', data: content.slice(REDACTED.length) } : undefined
}
