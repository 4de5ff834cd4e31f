/** Builds requests as tests need them: a fixed clock, no network, a credential and a small body. */

import type { ChatWireName } from '../wires/wire.ts'
import { createSigners } from './auth/credential.ts'
import { buildUpstreamRequest, type UpstreamRequestOptions } from './http-request.ts'
import type { HttpProvider } from './provider.ts'
import { resolveProvider } from './resolve-provider.ts'

/** Never aborted. */
export const signal = new AbortController().signal

/** A resolved http provider; throws if there is none. */
export function provider(name: string, settings?: Parameters<typeof resolveProvider>[1]): HttpProvider {
  const result = resolveProvider(name, settings)
  if (!result.ok || result.value.transport !== 'http') throw new Error('no such http provider')
  return result.value
}

const signers = createSigners({
  fetch: () => Promise.reject(new Error('nothing here may call out')),
  clock: { now: () => Date.UTC(2026, 7, 30, 12, 36) },
})

/** The request for its first door, unless told otherwise. */
export function build(options: Partial<UpstreamRequestOptions> & { provider: HttpProvider }) {
  const [chat] = options.provider.chat
  const call: UpstreamRequestOptions = {
    wire: chat?.wire ?? 'openai-chat',
    path: chat?.path ?? '/',
    method: 'POST',
    model: 'a-model',
    secret: 'sk-test',
    body: '{}',
    contentType: 'application/json',
    clientHeaders: undefined,
    signal,
    ...options,
  }
  return buildUpstreamRequest(call, signers)
}

/** A resolved provider with its options. */
export function withOptions(kind: string, options: Record<string, string>): HttpProvider {
  return provider('x', { kind, options })
}

/** Where one wire is spoken. */
export function doorOf({ chat }: HttpProvider, wire: ChatWireName): { wire: ChatWireName; path: string } {
  const door = chat.find((each) => each.wire === wire)
  if (!door) throw new Error(`no door for ${wire}`)
  return { wire, path: door.path }
}

/** What would be sent; throws if nothing would. */
export async function golden(options: Parameters<typeof build>[0]) {
  const built = await build(options)
  if (!built.ok) throw new Error(built.error.message)
  return { url: built.value.url, headers: built.value.init.headers, body: built.value.init.body }
}
