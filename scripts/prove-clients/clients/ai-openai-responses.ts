/** The `ai` package through `@ai-sdk/openai`. */

import { createOpenAI } from '@ai-sdk/openai'
import type { Bench, ClientProof } from '../proof.ts'
import { aiSdkChecks } from './ai-sdk-checks.ts'

const connect = ({ url, key }: Bench): ReturnType<typeof createOpenAI> =>
  createOpenAI({ baseURL: `${url}/v1`, apiKey: key })

export const proof: ClientProof = {
  title: 'ai, openai responses',
  packages: ['ai', '@ai-sdk/openai'],
  speaks: 'OpenAI Responses',
  checks: aiSdkChecks({
    model: (bench, name) => connect(bench).responses(name),
    thinking: {
      openai: {
        reasoningEffort: 'medium',
        reasoningSummary: 'auto',
        forceReasoning: true,
        store: false,
        include: ['reasoning.encrypted_content'],
      },
    },
    showsThinking: true,
    embedder: (bench, name) => connect(bench).textEmbeddingModel(name),
    embedders: ['openai', 'gemini', 'cohere', 'ollama'],
  }),
}
