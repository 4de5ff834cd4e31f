/** The `ai` package through `@ai-sdk/mistral`. */

import { createMistral } from '@ai-sdk/mistral'
import type { Bench, ClientProof } from '../proof.ts'
import { aiSdkChecks } from './ai-sdk-checks.ts'

const connect = ({ url, key }: Bench): ReturnType<typeof createMistral> =>
  createMistral({ baseURL: `${url}/v1`, apiKey: key })

export const proof: ClientProof = {
  title: 'ai, mistral',
  packages: ['ai', '@ai-sdk/mistral'],
  speaks: 'Mistral chat',
  checks: aiSdkChecks({
    model: (bench, name) => connect(bench)(name),
    thinking: { mistral: { reasoningEffort: 'high' } },
    showsThinking: true,
    embedder: (bench, name) => connect(bench).textEmbeddingModel(name),
    embedders: ['openai', 'gemini', 'cohere', 'ollama'],
  }),
}
