/** OpenAI: the vendor whose chat API the openai-chat wire is. */

import type { HttpProvider } from './provider.ts'
import { row } from './row.ts'

export const openai: HttpProvider = row({
  name: 'openai',
  title: 'OpenAI',
  baseUrl: 'https://api.openai.com',
  secretName: 'OPENAI_API_KEY',
  // Reasoning models answer 400 to `max_tokens` (recorded: openai/openai-chat/error-400) and every model takes the newer name.
  quirks: { maxTokensField: 'max_completion_tokens', developerRole: true },
  source: 'https://platform.openai.com/docs/api-reference/chat',
})
