/** Cloudflare's rows: Workers AI over its REST API, and through the binding of the worker this runs in. */

import { chatDoors, taskDoors } from './doors.ts'
import type { HttpProvider } from './provider.ts'
import { row } from './row.ts'

const workersAi: HttpProvider = row({
  name: 'workers-ai',
  title: 'Cloudflare Workers AI',
  baseUrl: 'https://api.cloudflare.com/client/v4/accounts/{account}/ai',
  options: { account: { example: '0123456789abcdef0123456789abcdef', pattern: /^[0-9a-f]{32}$/ } },
  secretName: 'CLOUDFLARE_API_TOKEN',
  chat: chatDoors('/v1', 'openai-chat', 'openai-responses'),
  tasks: taskDoors('/v1', 'openai-embeddings'),
  source: 'https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/',
})

/** No host of this name can exist (RFC 6761): what goes there never reaches the network. */
export const BINDING_ORIGIN = 'https://binding.invalid'

const workersAiBinding: HttpProvider = row({
  name: 'workers-ai-binding',
  title: 'Cloudflare Workers AI (binding)',
  baseUrl: `${BINDING_ORIGIN}/{binding}`,
  options: { binding: { example: 'AI', default: 'AI', pattern: /^[A-Za-z_][A-Za-z0-9_]{0,62}$/ } },
  auth: 'none',
  tasks: taskDoors('/v1', 'openai-embeddings'),
  source: 'https://developers.cloudflare.com/workers-ai/configuration/bindings/',
})

/** Cloudflare's rows. */
export const cloudflare: readonly HttpProvider[] = [workersAi, workersAiBinding]
