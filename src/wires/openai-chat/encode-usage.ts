/** The hub's disjoint units -> `usage` as OpenAI's clients read it. */

import type { JsonObject } from '../../ground/json.ts'
import { totalInput, totalOutput, type Usage } from '../../ground/usage.ts'

/** Counts include their details, as OpenAI's do. Cache writes and searches are shown under OpenRouter's names. */
export function encodeUsage(usage: Usage): JsonObject {
  const prompt = totalInput(usage)
  const completion = totalOutput(usage)
  const written = (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead ?? 0,
      audio_tokens: usage.audioIn ?? 0,
      ...(written > 0 && { cache_write_tokens: written }),
      ...(usage.imageIn && { image_tokens: usage.imageIn }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning ?? 0,
      audio_tokens: usage.audioOut ?? 0,
      ...(usage.imageOut && { image_tokens: usage.imageOut }),
    },
    ...(usage.cacheWrite1h && {
      cache_creation: {
        ephemeral_5m_input_tokens: usage.cacheWrite5m ?? 0,
        ephemeral_1h_input_tokens: usage.cacheWrite1h,
      },
    }),
    ...(usage.search && { server_tool_use_details: { web_search_requests: usage.search } }),
  }
}
