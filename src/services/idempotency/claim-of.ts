/** What a call with an idempotency key is known by: digests of who calls with which key, and of what is asked. */

import { sha256Hex } from '../../ground/sha256.ts'
import type { ReplyClaim } from '../../ports/replies.ts'

export interface Caller {
  readonly organisation: string
  readonly team: string
  /** Digest of the whole app key, by which two keys can never be taken for each other. */
  readonly keyDigest: string
}

/** A body as it was read: its text, or its form. */
export interface AskedBody {
  readonly text: string
  readonly form?: FormData | undefined
}

/** `holder` is the id of the call that asks. */
export async function claimOf(
  idempotencyKey: string,
  caller: Caller,
  request: Pick<Request, 'url' | 'headers'>,
  body: AskedBody,
  holder: string,
): Promise<ReplyClaim> {
  const { organisation, team, keyDigest } = caller
  const id = await sha256Hex(JSON.stringify([organisation, team, keyDigest, idempotencyKey]))
  const route = request.headers.get('x-sluice-route')
  // A form is written anew for each try, with another boundary: its fields are what was asked.
  const content = body.form ? await formText(body.form) : body.text
  const asked = await sha256Hex(JSON.stringify([pathOf(request.url), route, content]))
  return { id, asked, holder }
}

/** Path and query, without a key, which some SDKs send there. */
function pathOf(url: string): string {
  const { pathname, searchParams } = new URL(url)
  searchParams.delete('key')
  return `${pathname}?${searchParams}`
}

async function formText(form: FormData): Promise<string> {
  const fields = [...form.entries()].map(async ([name, value]) =>
    typeof value === 'string'
      ? [name, value]
      : [name, value.name, value.type, await sha256Hex(new Uint8Array(await value.arrayBuffer()))],
  )
  return JSON.stringify(await Promise.all(fields))
}
