/** The only list of provider names in the repository. */

import { anthropic } from './anthropic.ts'
import { aws } from './aws.ts'
import { azure } from './azure.ts'
import { cloudflare } from './cloudflare.ts'
import { edge } from './edge.ts'
import { google } from './google.ts'
import { hosted } from './hosted.ts'
import { moreHosted } from './more-hosted.ts'
import { openai } from './openai.ts'
import type { Provider } from './provider.ts'
import { selfHostedServers } from './self-hosted.ts'

/** Every provider a document may name, in the order lists show them. */
export const providers: readonly Provider[] = [
  edge,
  openai,
  anthropic,
  ...google,
  ...azure,
  ...aws,
  ...cloudflare,
  ...hosted,
  ...moreHosted,
  ...selfHostedServers,
]

const byName = new Map(providers.map((provider) => [provider.name, provider]))

/** The row of that exact name, or undefined. */
export function findProvider(name: string): Provider | undefined {
  return byName.get(name)
}
