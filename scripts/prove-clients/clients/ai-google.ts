/** The `ai` package through `@ai-sdk/google`. */

import { createGoogle } from '@ai-sdk/google'
import type { Bench, ClientProof } from '../proof.ts'
import { aiSdkChecks } from './ai-sdk-checks.ts'

const connect = ({ url, key }: Bench): ReturnType<typeof createGoogle> =>
  createGoogle({ baseURL: `${url}/v1beta`, apiKey: key })

export const proof: ClientProof = {
  title: 'ai, google',
  packages: ['ai', '@ai-sdk/google'],
  speaks: 'Gemini generateContent',
  checks: aiSdkChecks({
    model: (bench, name) => connect(bench)(name),
    thinking: { google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } } },
    showsThinking: true,
    embedder: (bench, name) => connect(bench).textEmbeddingModel(name),
    embedders: ['openai', 'gemini', 'cohere', 'ollama'],
  }),
}
