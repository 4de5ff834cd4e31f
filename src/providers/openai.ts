/** OpenAI: the vendor whose API the openai wires are. */

import { chatDoors, taskDoors } from './doors.ts'
import type { HttpProvider } from './provider.ts'
import { row } from './row.ts'

export const openai: HttpProvider = row({
  name: 'openai',
  title: 'OpenAI',
  baseUrl: 'https://api.openai.com',
  secretName: 'OPENAI_API_KEY',
  chat: chatDoors('/v1', 'openai-chat', 'openai-responses', 'openai-completions'),
  tasks: taskDoors(
    '/v1',
    'openai-embeddings',
    'openai-count-tokens',
    'openai-moderations',
    'openai-images',
    'openai-image-edits',
    'openai-speech',
    'openai-transcriptions',
    'openai-translations',
  ),
  filesPath: '/v1/files',
  realtimePath: '/v1/realtime',
  responsesPath: '/v1/responses',
  // Reasoning models answer 400 to `max_tokens` (recorded: openai/openai-chat/error-400) and every model takes the newer name.
  quirks: { maxTokensField: 'max_completion_tokens', developerRole: true },
  source: 'https://platform.openai.com/docs/api-reference/chat',
})
