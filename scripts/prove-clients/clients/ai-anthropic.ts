/** The `ai` package through `@ai-sdk/anthropic`. */

import { createAnthropic } from '@ai-sdk/anthropic'
import type { Bench, ClientProof } from '../proof.ts'
import { aiSdkChecks } from './ai-sdk-checks.ts'

const connect = ({ url, key }: Bench): ReturnType<typeof createAnthropic> =>
  createAnthropic({ baseURL: `${url}/v1`, apiKey: key })

export const proof: ClientProof = {
  title: 'ai, anthropic',
  packages: ['ai', '@ai-sdk/anthropic'],
  speaks: 'Anthropic Messages',
  checks: aiSdkChecks({
    model: (bench, name) => connect(bench)(name),
    thinking: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2048 } } },
    showsThinking: true,
  }),
}
