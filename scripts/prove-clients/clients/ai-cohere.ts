/** The `ai` package through `@ai-sdk/cohere`. */

import { createCohere } from '@ai-sdk/cohere'
import type { Bench, ClientProof } from '../proof.ts'
import { aiSdkChecks } from './ai-sdk-checks.ts'

const connect = ({ url, key }: Bench): ReturnType<typeof createCohere> =>
  createCohere({ baseURL: `${url}/v2`, apiKey: key })

export const proof: ClientProof = {
  title: 'ai, cohere',
  packages: ['ai', '@ai-sdk/cohere'],
  speaks: 'Cohere Chat',
  checks: aiSdkChecks({
    model: (bench, name) => connect(bench)(name),
    thinking: { cohere: { thinking: { type: 'enabled', tokenBudget: 2048 } } },
    showsThinking: true,
    embedder: (bench, name) => connect(bench).textEmbeddingModel(name),
    embedders: ['openai', 'gemini', 'cohere', 'ollama'],
  }),
}
