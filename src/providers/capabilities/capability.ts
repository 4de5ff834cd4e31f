/** What a model may be able to do, in the words that reports and documents use. */

/** What a chat call may need of its target. */
export const CHAT_CAPABILITIES = [
  'streaming',
  'tools',
  'parallel-tools',
  'forced-tool',
  'json-schema',
  'json-object',
  'images',
  'documents',
  'audio',
  'reasoning',
  'cache-control',
  'choices',
  'logprobs',
  'seed',
  'stop',
] as const

/** What is asked for at a door of its own, or of the provider as a whole. */
export const DOOR_CAPABILITIES = [
  'embeddings',
  'rerank',
  'count-tokens',
  'moderations',
  'image-generation',
  'speech',
  'transcription',
  'files',
  'realtime',
  'stored-responses',
  'batch',
] as const

export type ChatCapability = (typeof CHAT_CAPABILITIES)[number]
export type DoorCapability = (typeof DOOR_CAPABILITIES)[number]
export type Capability = ChatCapability | DoorCapability

/** What is known, and where from: an address, a recording, or the row in the provider table. */
export interface Finding {
  readonly verdict: 'yes' | 'no' | 'unknown'
  /** Empty when nothing is known. */
  readonly source: string
}

/** How people write each. */
export const CAPABILITY_TITLES: Readonly<Record<Capability, string>> = {
  streaming: 'Streaming',
  tools: 'Tools',
  'parallel-tools': 'Parallel tool calls',
  'forced-tool': 'Forced tool choice',
  'json-schema': 'Output by JSON Schema',
  'json-object': 'JSON mode',
  images: 'Images in',
  documents: 'Documents in',
  audio: 'Audio in',
  reasoning: 'Reasoning',
  'cache-control': 'Prompt cache control',
  choices: 'Several choices',
  logprobs: 'Log-probabilities',
  seed: 'Seed',
  stop: 'Stop sequences',
  embeddings: 'Embeddings',
  rerank: 'Rerank',
  'count-tokens': 'Token counting',
  moderations: 'Moderation',
  'image-generation': 'Image generation',
  speech: 'Speech',
  transcription: 'Transcription',
  files: 'Files',
  realtime: 'Realtime',
  'stored-responses': 'Stored responses',
  batch: 'Batches',
}
