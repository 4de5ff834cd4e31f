/** Microsoft's rows: Azure OpenAI in its current API and by deployment, and the models of Foundry. */

import { chatDoors, taskDoors } from './doors.ts'
import type { HttpProvider, ProviderOption } from './provider.ts'
import { row } from './row.ts'

/** The first label of the resource's host name. */
const resource: ProviderOption = { example: 'my-resource' }
const API_VERSION = /^\d{4}-\d\d-\d\d(?:-preview)?$/

// Reasoning models refuse `max_tokens` here as they do at OpenAI; 21 recordings took the newer name.
const quirks = { maxTokensField: 'max_completion_tokens' } as const

const azureOpenai: HttpProvider = row({
  name: 'azure',
  title: 'Azure OpenAI',
  baseUrl: 'https://{resource}.openai.azure.com',
  options: { resource },
  secretName: 'AZURE_OPENAI_API_KEY',
  auth: 'api-key',
  chat: chatDoors('/openai/v1', 'openai-chat', 'openai-responses'),
  tasks: taskDoors('/openai/v1', 'openai-embeddings'),
  filesPath: '/openai/v1/files',
  realtimePath: '/openai/v1/realtime',
  responsesPath: '/openai/v1/responses',
  quirks,
  source: 'https://learn.microsoft.com/en-us/azure/ai-foundry/openai/api-version-lifecycle',
})

const DEPLOYMENT = '/openai/deployments/{model}'
const VERSION = '?api-version={api_version}'

const azureDeployments: HttpProvider = row({
  name: 'azure-deployments',
  title: 'Azure OpenAI (by deployment)',
  baseUrl: 'https://{resource}.openai.azure.com',
  options: { resource, api_version: { example: '2024-10-21', default: '2024-10-21', pattern: API_VERSION } },
  secretName: 'AZURE_OPENAI_API_KEY',
  auth: 'api-key',
  chat: [
    { wire: 'openai-chat', path: `${DEPLOYMENT}/chat/completions${VERSION}` },
    { wire: 'openai-completions', path: `${DEPLOYMENT}/completions${VERSION}` },
  ],
  tasks: [
    { wire: 'openai-embeddings', path: `${DEPLOYMENT}/embeddings${VERSION}` },
    { wire: 'openai-images', path: `${DEPLOYMENT}/images/generations${VERSION}` },
    { wire: 'openai-speech', path: `${DEPLOYMENT}/audio/speech${VERSION}` },
    { wire: 'openai-transcriptions', path: `${DEPLOYMENT}/audio/transcriptions${VERSION}` },
    { wire: 'openai-translations', path: `${DEPLOYMENT}/audio/translations${VERSION}` },
  ],
  quirks,
  source: 'https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference',
})

const CLAUDE = /^claude/i
const OTHERS = /^(?!claude)/i

const azureFoundry: HttpProvider = row({
  name: 'azure-foundry',
  title: 'Microsoft Foundry',
  baseUrl: 'https://{resource}.services.ai.azure.com',
  options: {
    resource,
    // Recorded: azure/openai-chat with services.ai.azure.com/models.
    api_version: { example: '2024-05-01-preview', default: '2024-05-01-preview', pattern: API_VERSION },
  },
  secretName: 'AZURE_AI_API_KEY',
  auth: 'api-key',
  authBy: { 'anthropic-messages': 'x-api-key', 'anthropic-count-tokens': 'x-api-key' },
  headers: { 'anthropic-version': '2023-06-01' },
  chat: [
    { wire: 'openai-chat', path: `/models/chat/completions${VERSION}`, models: OTHERS },
    { wire: 'openai-responses', path: '/openai/v1/responses', models: OTHERS },
    { wire: 'anthropic-messages', path: '/anthropic/v1/messages', models: CLAUDE },
  ],
  tasks: [
    ...taskDoors('/openai/v1', 'openai-embeddings'),
    { wire: 'anthropic-count-tokens', path: '/anthropic/v1/messages/count_tokens', models: CLAUDE },
  ],
  responsesPath: '/openai/v1/responses',
  quirks: { defaultMaxTokens: 8192 },
  source: 'https://learn.microsoft.com/en-us/azure/ai-foundry/foundry-models/concepts/endpoints',
})

/** Microsoft's rows. */
export const azure: readonly HttpProvider[] = [azureOpenai, azureDeployments, azureFoundry]
