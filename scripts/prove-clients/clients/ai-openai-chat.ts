/** The `ai` package through `@ai-sdk/openai`. */

import { createOpenAI } from '@ai-sdk/openai'
import type { Bench, ClientProof } from '../proof.ts'
import { aiSdkChecks } from './ai-sdk-checks.ts'

const connect = ({ url, key }: Bench): ReturnType<typeof createOpenAI> =>
  createOpenAI({ baseURL: `${url}/v1`, apiKey: key })

export const proof: ClientProof = {
  title: 'ai, openai chat',
  packages: ['ai', '@ai-sdk/openai'],
  speaks: 'OpenAI Chat Completions',
  checks: aiSdkChecks({
    model: (bench, name) => connect(bench).chat(name),
    thinking: { openai: { reasoningEffort: 'medium', forceReasoning: true } },
    showsThinking: false,
  }),
}
