/** The provider list and the edge models as the compiler wants to know them. */

import type { KnownProviders } from '../../config/known-providers.ts'
import { CHAT_ENDPOINT_NAMES, type EndpointName } from '../../config/revision.ts'
import { edgeModelNames } from '../../edge/models.ts'
import { providers } from '../../providers/index.ts'
import type { HttpProvider } from '../../providers/provider.ts'
import { taskWires } from '../../wires/index.ts'
import type { TaskName } from '../../wires/task-wire.ts'

/** Token counting belongs to the chat formats that have it. */
const ENDPOINT_OF_TASK: Readonly<Record<TaskName, EndpointName | undefined>> = {
  embeddings: 'embeddings',
  rerank: 'rerank',
  'count-tokens': undefined,
  moderations: 'moderations',
  images: 'images',
  'image-edits': 'images',
  speech: 'audio',
  transcriptions: 'audio',
  translations: 'audio',
}

export const knownProviders: KnownProviders = providers.map((provider) =>
  provider.transport === 'local'
    ? {
        name: provider.name,
        local: true,
        selfHosted: false,
        needsBaseUrl: false,
        endpoints: [...CHAT_ENDPOINT_NAMES, 'classify'],
        models: edgeModelNames,
      }
    : {
        name: provider.name,
        local: false,
        selfHosted: provider.selfHosted,
        needsBaseUrl: provider.baseUrl === undefined,
        baseUrlExample: provider.baseUrlExample,
        secretName: provider.secretName,
        options: provider.options,
        formats: [...new Set(provider.chat.map((door) => door.wire))],
        endpoints: endpointsOf(provider),
      },
)

function endpointsOf({ chat, tasks = [], filesPath, realtimePath }: HttpProvider): EndpointName[] {
  const names = new Set<EndpointName>(chat.length > 0 ? CHAT_ENDPOINT_NAMES : [])
  for (const door of tasks) {
    const name = ENDPOINT_OF_TASK[taskWires[door.wire].task]
    if (name) names.add(name)
  }
  if (filesPath !== undefined) names.add('files')
  if (realtimePath !== undefined) names.add('realtime')
  return [...names]
}
