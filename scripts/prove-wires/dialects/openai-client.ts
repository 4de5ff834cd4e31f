/** The `openai` SDK as an app would make it, without retries. */

import OpenAI from 'openai'
import type { Question } from './dialect.ts'

export const TIMEOUT_MS = 120_000

export function openaiClient({ key, url }: Question, fetch: typeof globalThis.fetch): OpenAI {
  return new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0, timeout: TIMEOUT_MS, logLevel: 'off', fetch })
}
