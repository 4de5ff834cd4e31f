/** Amazon's rows: Bedrock's own APIs, and its OpenAI-compatible Mantle. */

import { chatDoors } from './doors.ts'
import type { ChatDoor, HttpProvider, ProviderOption } from './provider.ts'
import { row } from './row.ts'

const region: ProviderOption = { example: 'eu-central-1', pattern: /^[a-z]{2}(?:-[a-z]+)+-\d$/ }
const MODEL = '/model/{model}'
/** With or without the region's prefix (`eu.anthropic.claude-…`) and inside ARNs of inference profiles. */
const CLAUDE = /(?:^|[./])anthropic\./
const OPENAI = /(?:^|\.)openai\./

function forModels(models: RegExp, doors: readonly ChatDoor[]): ChatDoor[] {
  return doors.map((door) => ({ ...door, models }))
}

const bedrock: HttpProvider = row({
  name: 'bedrock',
  title: 'Amazon Bedrock',
  baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com',
  options: { region },
  secretName: 'AWS_BEDROCK_CREDENTIALS',
  auth: 'aws',
  // InvokeModel reads `anthropic_beta` from the body and ignores the header.
  headersInBody: { 'anthropic-beta': 'anthropic_beta' },
  chat: [
    {
      wire: 'bedrock-converse',
      path: `${MODEL}/converse`,
      streams: { 'aws-event-stream': `${MODEL}/converse-stream` },
    },
    {
      // Recorded: bedrock/bedrock-invoke. The model and whether to stream stand in the URL, the version in the body.
      wire: 'anthropic-messages',
      path: `${MODEL}/invoke`,
      streams: { 'aws-event-stream': `${MODEL}/invoke-with-response-stream` },
      models: CLAUDE,
      body: { drop: ['model', 'stream'], set: { anthropic_version: 'bedrock-2023-05-31' } },
    },
    // Recorded: bedrock-openai/openai-chat.
    ...forModels(OPENAI, chatDoors('/openai/v1', 'openai-chat', 'openai-responses')),
  ],
  tasks: [{ wire: 'bedrock-count-tokens', path: `${MODEL}/count-tokens`, models: CLAUDE }],
  quirks: {
    defaultMaxTokens: 8192,
    modelFamilies: [
      { models: CLAUDE, reasoning: 'thinking', topK: 'top_k', oneSampling: true },
      { models: /amazon\.nova-2/, reasoning: 'reasoningConfig', topK: 'inferenceConfig.topK' },
      { models: /amazon\.nova/, topK: 'inferenceConfig.topK' },
      { models: /openai\.gpt-oss/, reasoning: 'reasoning_effort' },
    ],
  },
  source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html',
})

const mantle: HttpProvider = row({
  name: 'bedrock-mantle',
  title: 'Amazon Bedrock Mantle',
  baseUrl: 'https://bedrock-mantle.{region}.api.aws',
  options: { region },
  secretName: 'AWS_BEDROCK_CREDENTIALS',
  auth: 'aws',
  awsService: 'bedrock-mantle',
  headers: { 'anthropic-version': '2023-06-01' },
  chat: [
    // Recorded: GPT-5.6 at /openai/v1, gpt-oss and Voxtral at /v1.
    ...forModels(/^openai\.(?!gpt-oss)/, chatDoors('/openai/v1', 'openai-chat', 'openai-responses')),
    ...forModels(/^(?:openai\.gpt-oss|(?!openai\.|anthropic\.))/, chatDoors('/v1', 'openai-chat', 'openai-responses')),
    { wire: 'anthropic-messages', path: '/anthropic/v1/messages', models: CLAUDE },
  ],
  quirks: { reasoningField: 'reasoning', defaultMaxTokens: 8192 },
  source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html',
})

/** Amazon's rows. */
export const aws: readonly HttpProvider[] = [bedrock, mantle]
