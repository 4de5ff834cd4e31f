/** Anthropic: the vendor whose Messages API the anthropic-messages wire is. */

import { chatDoors, taskDoors } from './doors.ts'
import type { HttpProvider } from './provider.ts'
import { row } from './row.ts'

export const anthropic: HttpProvider = row({
  name: 'anthropic',
  title: 'Anthropic',
  baseUrl: 'https://api.anthropic.com',
  secretName: 'ANTHROPIC_API_KEY',
  auth: 'x-api-key',
  headers: { 'anthropic-version': '2023-06-01' },
  chat: chatDoors('/v1', 'anthropic-messages'),
  tasks: taskDoors('/v1', 'anthropic-count-tokens'),
  filesPath: '/v1/files',
  quirks: {
    streamUsage: 'always',
    reasoningField: 'thinking-blocks',
    toolChoiceRequired: 'any',
    // The API demands an output limit. 8192 is the most that every model since Claude 3.5 accepts.
    defaultMaxTokens: 8192,
  },
  source: 'https://docs.anthropic.com/en/api/messages',
})
