/** Google's two clouds of models: the Gemini API with a key, and Vertex AI with a service account. */

import type { HttpProvider } from './provider.ts'
import { row } from './row.ts'

const GEMINI = '/v1beta/models/{model}'

const gemini: HttpProvider = row({
  name: 'gemini',
  title: 'Google Gemini',
  baseUrl: 'https://generativelanguage.googleapis.com',
  secretName: 'GEMINI_API_KEY',
  auth: 'x-goog-api-key',
  // Its OpenAI-compatible door is left out: Gemini's own format says more (thoughts, signatures, grounding, cached tokens).
  chat: [
    {
      wire: 'gemini-generate',
      path: `${GEMINI}:generateContent`,
      streams: { sse: `${GEMINI}:streamGenerateContent?alt=sse`, 'json-array': `${GEMINI}:streamGenerateContent` },
    },
  ],
  tasks: [
    { wire: 'gemini-batch-embed', path: `${GEMINI}:batchEmbedContents` },
    { wire: 'gemini-embed', path: `${GEMINI}:embedContent` },
    { wire: 'gemini-count-tokens', path: `${GEMINI}:countTokens` },
  ],
  quirks: { streamUsage: 'always', reasoningField: 'none' },
  source: 'https://ai.google.dev/api/generate-content',
})

const PLACE = '/v1/projects/{project}/locations/{location}'
const GOOGLE = `${PLACE}/publishers/google/models/{model}`
const ANTHROPIC = `${PLACE}/publishers/anthropic/models`
/** Names of models by their publisher: Claude, others of the Model Garden (`meta/llama…`), and Gemini. */
const CLAUDE = /^claude-/
const GARDEN = /\//
const OWN = /^(?!claude-)[^/]*$/

const vertex: HttpProvider = row({
  name: 'vertex',
  title: 'Google Vertex AI',
  baseUrl: 'https://{location}-aiplatform.googleapis.com',
  addressBy: {
    option: 'location',
    addresses: {
      global: 'https://aiplatform.googleapis.com',
      us: 'https://aiplatform.us.rep.googleapis.com',
      eu: 'https://aiplatform.eu.rep.googleapis.com',
    },
  },
  options: {
    // Project ids, or numbers; old ones of a company's domain (`example.com:name`) have a colon.
    project: { example: 'my-project', pattern: /^[a-z0-9](?:[a-z0-9.:-]{0,98}[a-z0-9])?$/ },
    location: { example: 'europe-west4', default: 'global' },
  },
  secretName: 'GOOGLE_SERVICE_ACCOUNT',
  auth: 'google',
  chat: [
    {
      wire: 'gemini-generate',
      path: `${GOOGLE}:generateContent`,
      streams: { sse: `${GOOGLE}:streamGenerateContent?alt=sse`, 'json-array': `${GOOGLE}:streamGenerateContent` },
      models: OWN,
    },
    {
      // Recorded: vertex/anthropic-messages. The model stands in the URL and the version in the body.
      wire: 'anthropic-messages',
      path: `${ANTHROPIC}/{model}:rawPredict`,
      streams: { sse: `${ANTHROPIC}/{model}:streamRawPredict` },
      models: CLAUDE,
      body: { drop: ['model'], set: { anthropic_version: 'vertex-2023-10-16' } },
    },
    { wire: 'openai-chat', path: `${PLACE}/endpoints/openapi/chat/completions`, models: GARDEN },
  ],
  tasks: [
    { wire: 'gemini-count-tokens', path: `${GOOGLE}:countTokens`, models: OWN },
    { wire: 'anthropic-count-tokens', path: `${ANTHROPIC}/count-tokens:rawPredict`, models: CLAUDE },
  ],
  // Recorded: vertex/count-tokens.
  quirks: { streamUsage: 'always', defaultMaxTokens: 8192, flatCountRequest: true },
  source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference',
})

/** Google's rows. */
export const google: readonly HttpProvider[] = [gemini, vertex]
