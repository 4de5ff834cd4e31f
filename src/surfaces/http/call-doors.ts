/** The doors through which apps make calls: each path of each API, the wire spoken there, and what it is for. */

import type { EndpointName } from '../../config/revision.ts'
import type { TaskWireName } from '../../wires/task-wire.ts'
import type { ChatWireName } from '../../wires/wire.ts'

/** What is behind a path. `gemini`: the verb after the colon of the path says which of Google's calls it is. */
export type Door =
  | { readonly kind: 'chat'; readonly name: EndpointName; readonly wire: ChatWireName }
  | { readonly kind: 'task'; readonly name: EndpointName; readonly wire: TaskWireName }
  | { readonly kind: 'stored'; readonly shelf: 'files' | 'responses'; readonly part?: string }
  | { readonly kind: 'gemini' }
  | { readonly kind: 'classify' }
  | { readonly kind: 'realtime' }

/** The wire whose error shape strangers get at a path. */
export type ErrorWire = Extract<
  ChatWireName,
  'openai-chat' | 'anthropic-messages' | 'gemini-generate' | 'cohere-chat' | 'ollama-chat'
>

export interface CallRow {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly door: Door
  /** One line for the API description. */
  readonly summary: string
  readonly errorWire: ErrorWire
}

const openai: readonly CallRow[] = [
  chat('/v1/chat/completions', 'chat', 'openai-chat', 'Chat in the format of OpenAI chat completions.'),
  chat('/v1/completions', 'completions', 'openai-completions', 'Completion of a text in OpenAI’s legacy format.'),
  chat('/v1/responses', 'responses', 'openai-responses', 'Chat in the format of OpenAI responses.'),
  task('/v1/responses/input_tokens', 'responses', 'openai-count-tokens', 'Counts the tokens of a responses request.'),
  stored('GET', '/v1/responses/:id', 'responses', 'A response that its provider keeps, made by this team.'),
  stored('DELETE', '/v1/responses/:id', 'responses', 'Deletes a kept response.'),
  {
    ...stored('POST', '/v1/responses/:id/cancel', 'responses', 'Cancels a response made in the background.'),
    ...part('responses', 'cancel'),
  },
  {
    ...stored('GET', '/v1/responses/:id/input_items', 'responses', 'What a kept response was made from.'),
    ...part('responses', 'input_items'),
  },
  task('/v1/embeddings', 'embeddings', 'openai-embeddings', 'Embeddings in OpenAI’s format.'),
  task('/v1/moderations', 'moderations', 'openai-moderations', 'Moderation in OpenAI’s format.'),
  task('/v1/images/generations', 'images', 'openai-images', 'Pictures from a text.'),
  task('/v1/images/edits', 'images', 'openai-image-edits', 'Pictures from pictures and a text.'),
  task('/v1/audio/speech', 'audio', 'openai-speech', 'Speech from a text.'),
  task('/v1/audio/transcriptions', 'audio', 'openai-transcriptions', 'Text from speech.'),
  task('/v1/audio/translations', 'audio', 'openai-translations', 'English text from speech.'),
  stored('GET', '/v1/files', 'files', 'The files this team uploaded.'),
  stored('POST', '/v1/files', 'files', 'Uploads a file to the provider of a route (header x-sluice-route).'),
  stored('GET', '/v1/files/:id', 'files', 'What is known of a file.'),
  stored('DELETE', '/v1/files/:id', 'files', 'Deletes a file.'),
  { ...stored('GET', '/v1/files/:id/content', 'files', 'The bytes of a file.'), ...part('files', 'content') },
  {
    method: 'GET',
    path: '/v1/realtime',
    door: { kind: 'realtime' },
    summary: 'A realtime session over a WebSocket, in OpenAI’s format; the query says `model`.',
    errorWire: 'openai-chat',
  },
]

const others: readonly CallRow[] = [
  {
    method: 'POST',
    path: '/v1/classify',
    door: { kind: 'classify' },
    summary: 'Labels of texts by an embedded classifier.',
    errorWire: 'openai-chat',
  },
  {
    ...chat('/v1/messages', 'messages', 'anthropic-messages', 'Chat in the format of Anthropic messages.'),
    errorWire: 'anthropic-messages',
  },
  {
    ...task(
      '/v1/messages/count_tokens',
      'messages',
      'anthropic-count-tokens',
      'Counts the tokens of a messages request.',
    ),
    errorWire: 'anthropic-messages',
  },
  gemini('/v1beta/models/:call{.+}'),
  // Vercel's SDK leaves out `models/` before names that hold a slash.
  gemini('/v1beta/:call{.+}'),
  gemini('/v1/models/:call{.+}'),
  { ...chat('/v2/chat', 'cohere', 'cohere-chat', 'Chat in Cohere’s format.'), errorWire: 'cohere-chat' },
  { ...task('/v2/embed', 'embeddings', 'cohere-embed', 'Embeddings in Cohere’s format.'), errorWire: 'cohere-chat' },
  {
    ...task('/v2/rerank', 'rerank', 'cohere-rerank', 'Texts in order of relevance to a query.'),
    errorWire: 'cohere-chat',
  },
  {
    ...task('/v1/rerank', 'rerank', 'cohere-rerank', 'Texts in order of relevance to a query.'),
    errorWire: 'cohere-chat',
  },
  { ...chat('/api/chat', 'ollama', 'ollama-chat', 'Chat in Ollama’s format.'), errorWire: 'ollama-chat' },
  { ...chat('/api/generate', 'ollama', 'ollama-generate', 'Completion in Ollama’s format.'), errorWire: 'ollama-chat' },
  { ...task('/api/embed', 'embeddings', 'ollama-embed', 'Embeddings in Ollama’s format.'), errorWire: 'ollama-chat' },
]

/** Some SDKs (Groq's, Azure's) put `/openai` before OpenAI's own paths. */
const prefixed = openai.map((row) => ({ ...row, path: `/openai${row.path}` }))

/** Static paths stand before those with parameters, which would take them. */
export const CALL_ROWS: readonly CallRow[] = [...openai, ...others, ...prefixed]

function chat(path: string, name: EndpointName, wire: ChatWireName, summary: string): CallRow {
  return { method: 'POST', path, door: { kind: 'chat', name, wire }, summary, errorWire: 'openai-chat' }
}

function task(path: string, name: EndpointName, wire: TaskWireName, summary: string): CallRow {
  return { method: 'POST', path, door: { kind: 'task', name, wire }, summary, errorWire: 'openai-chat' }
}

function stored(method: CallRow['method'], path: string, shelf: 'files' | 'responses', summary: string): CallRow {
  return { method, path, door: { kind: 'stored', shelf }, summary, errorWire: 'openai-chat' }
}

function part(shelf: 'files' | 'responses', name: string): Pick<CallRow, 'door'> {
  return { door: { kind: 'stored', shelf, part: name } }
}

function gemini(path: string): CallRow {
  return {
    method: 'POST',
    path,
    door: { kind: 'gemini' },
    summary:
      'Google’s format: `{model}:generateContent`, `:streamGenerateContent`, `:embedContent`, `:batchEmbedContents`, `:countTokens`.',
    errorWire: 'gemini-generate',
  }
}
