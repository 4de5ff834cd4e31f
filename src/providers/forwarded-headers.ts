/** Which headers of a client go on to a provider that speaks the client's own wire. */

import type { UpstreamWireName } from './provider.ts'

const OPENAI = ['openai-beta']
const ANTHROPIC = ['anthropic-beta', 'anthropic-version']
const NONE: readonly string[] = []

/**
 * Client headers that change what a same-wire call means and are safe to hand on. Not `idempotency-key`: all teams share one
 * credential upstream, and two of them choosing the same key would get each other's replies.
 */
const FORWARDED: Readonly<Record<UpstreamWireName, readonly string[]>> = {
  'openai-chat': OPENAI,
  'openai-responses': OPENAI,
  'openai-completions': OPENAI,
  'anthropic-messages': ANTHROPIC,
  'gemini-generate': NONE,
  'cohere-chat': NONE,
  'ollama-chat': NONE,
  'ollama-generate': NONE,
  'bedrock-converse': NONE,
  'openai-embeddings': OPENAI,
  'gemini-embed': NONE,
  'gemini-batch-embed': NONE,
  'cohere-embed': NONE,
  'ollama-embed': NONE,
  'cohere-rerank': NONE,
  'anthropic-count-tokens': ANTHROPIC,
  'openai-count-tokens': OPENAI,
  'gemini-count-tokens': NONE,
  'bedrock-count-tokens': NONE,
  'openai-moderations': OPENAI,
  'openai-images': OPENAI,
  'openai-image-edits': OPENAI,
  'openai-speech': OPENAI,
  'openai-transcriptions': OPENAI,
  'openai-translations': OPENAI,
  // Both vendors' files API has the same paths.
  files: [...OPENAI, ...ANTHROPIC],
  responses: OPENAI,
  realtime: OPENAI,
}

/** The allow-listed ones among them, by lower-case name. */
export function forwardedHeaders(wire: UpstreamWireName, clientHeaders: Headers | undefined): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of FORWARDED[wire]) {
    const value = clientHeaders?.get(name)
    if (value) headers[name] = value
  }
  return headers
}
