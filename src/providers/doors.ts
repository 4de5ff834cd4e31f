/** Where OpenAI-compatible services put each format, so that a row only names what it speaks. */

import type { ChatDoor, TaskDoor } from './provider.ts'

const CHAT_PATHS = {
  'openai-chat': '/chat/completions',
  'openai-responses': '/responses',
  'openai-completions': '/completions',
  'anthropic-messages': '/messages',
} as const

const TASK_PATHS = {
  'openai-embeddings': '/embeddings',
  'openai-count-tokens': '/responses/input_tokens',
  'anthropic-count-tokens': '/messages/count_tokens',
  'cohere-rerank': '/rerank',
  'openai-moderations': '/moderations',
  'openai-images': '/images/generations',
  'openai-image-edits': '/images/edits',
  'openai-speech': '/audio/speech',
  'openai-transcriptions': '/audio/transcriptions',
  'openai-translations': '/audio/translations',
} as const

/** Chat doors at their usual places below `prefix` (`/v1`), best first. */
export function chatDoors(prefix: string, ...wires: (keyof typeof CHAT_PATHS)[]): ChatDoor[] {
  return wires.map((wire) => ({ wire, path: prefix + CHAT_PATHS[wire] }))
}

/** Doors of other tasks at their usual places below `prefix`. */
export function taskDoors(prefix: string, ...wires: (keyof typeof TASK_PATHS)[]): TaskDoor[] {
  return wires.map((wire) => ({ wire, path: prefix + TASK_PATHS[wire] }))
}
