/** Fills in what OpenAI-compatible providers have in common, so that a vendor is one row of a table. */

import { type Quirks, STANDARD_QUIRKS } from '../wires/quirks.ts'
import type { HttpProvider } from './provider.ts'

/** What a table row must say; everything else has a default. */
type HostedRow = Pick<HttpProvider, 'name' | 'title' | 'source'> &
  Partial<Pick<HttpProvider, 'baseUrl' | 'baseUrlExample' | 'secretName' | 'auth' | 'headers' | 'chat'>> & {
    readonly quirks?: Partial<Quirks>
  }

type SelfHostedRow = Pick<HttpProvider, 'name' | 'title' | 'source'> & {
  readonly baseUrlExample: string
  /** The server also answers `/v1/messages`. */
  readonly messages?: boolean
  readonly quirks?: Partial<Quirks>
}

/**
 * A vendor that speaks openai-chat at `<base>/v1/chat/completions` and takes its key as bearer, unless the row says otherwise.
 * The version stands in the path, not the base, so that an address from `sluice.yml` may be written with or without it.
 */
export function row(facts: HostedRow): HttpProvider {
  return {
    transport: 'http',
    baseUrl: undefined,
    auth: 'bearer',
    secretName: undefined,
    headers: {},
    chat: [{ wire: 'openai-chat', path: '/v1/chat/completions' }],
    selfHosted: false,
    ...facts,
    quirks: { ...STANDARD_QUIRKS, ...facts.quirks },
  }
}

/** A server people run themselves: its address comes from `sluice.yml` (with or without `/v1`) and a key is optional. */
export function selfHosted(facts: SelfHostedRow): HttpProvider {
  const chat: HttpProvider['chat'] = [
    { wire: 'openai-chat', path: '/v1/chat/completions' },
    ...(facts.messages ? [{ wire: 'anthropic-messages', path: '/v1/messages' } as const] : []),
  ]
  return {
    transport: 'http',
    name: facts.name,
    title: facts.title,
    baseUrl: undefined,
    baseUrlExample: facts.baseUrlExample,
    auth: 'none',
    secretName: undefined,
    headers: {},
    chat,
    quirks: { ...STANDARD_QUIRKS, ...facts.quirks },
    selfHosted: true,
    source: facts.source,
  }
}
