/** Fills in what OpenAI-compatible providers have in common, so that a vendor is one row of a table. */

import { type Quirks, STANDARD_QUIRKS } from '../wires/quirks.ts'
import { chatDoors } from './doors.ts'
import type { HttpProvider } from './provider.ts'

/** What a table row must say; everything else has a default. */
type Row = Pick<HttpProvider, 'name' | 'title' | 'source'> &
  Partial<Omit<HttpProvider, 'transport' | 'quirks' | 'selfHosted' | 'optionValues'>> & {
    readonly quirks?: Partial<Quirks>
  }

type SelfHostedRow = Omit<Row, 'baseUrl' | 'auth'> & { readonly baseUrlExample: string }

/**
 * A vendor that speaks openai-chat at `<base>/v1/chat/completions` and takes its key as bearer, unless the row says otherwise.
 * The version stands in the path, not the base, so that an address from `sluice.yml` may be written with or without it.
 */
export function row(facts: Row): HttpProvider {
  return {
    transport: 'http',
    baseUrl: undefined,
    auth: 'bearer',
    secretName: undefined,
    headers: {},
    chat: chatDoors('/v1', 'openai-chat'),
    selfHosted: false,
    ...facts,
    quirks: { ...STANDARD_QUIRKS, ...facts.quirks },
  }
}

/** A server people run themselves: its address comes from `sluice.yml` (with or without `/v1`) and a key is optional. */
export function selfHosted(facts: SelfHostedRow): HttpProvider {
  return { ...row(facts), auth: 'none', selfHosted: true }
}
