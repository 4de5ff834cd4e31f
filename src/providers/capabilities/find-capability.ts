/** Says of one model at one provider whether it can do one thing, and how we know. */

import type { Quirks } from '../../wires/quirks.ts'
import type { TaskWireName } from '../../wires/task-wire.ts'
import type { HttpProvider } from '../provider.ts'
import {
  type Capability,
  CHAT_CAPABILITIES,
  type ChatCapability,
  type DoorCapability,
  type Finding,
} from './capability.ts'
import { type Documented, documentedCapabilities } from './documented.ts'
import { recordedCapabilities } from './recorded.ts'

const UNKNOWN: Finding = { verdict: 'unknown', source: '' }
const chatCapabilities: ReadonlySet<string> = new Set(CHAT_CAPABILITIES)

/** `model` undefined: of the provider as a whole, without what differs between its models. */
export function findCapability(capability: Capability, provider: HttpProvider, model: string | undefined): Finding {
  return isChat(capability) ? ofChat(capability, provider, model) : ofDoor(capability, provider)
}

/** The documented statements that hold for this provider and model, weakest first. */
function statementsFor(provider: HttpProvider, model: string | undefined): Documented[] {
  const kind = provider.kind ?? provider.name
  return documentedCapabilities.filter(
    ({ providers, models }) =>
      (!providers || providers.includes(kind)) && (models ? model !== undefined && models.test(model) : providers),
  )
}

function isChat(capability: Capability): capability is ChatCapability {
  return chatCapabilities.has(capability)
}

function ofChat(capability: ChatCapability, provider: HttpProvider, model: string | undefined): Finding {
  if (provider.chat.length === 0) return { verdict: 'no', source: provider.source }
  const lacking = quirkLacks(capability, provider.quirks)
  if (lacking) return { verdict: 'no', source: provider.source }
  const said = statementsFor(provider, model).findLast(
    ({ yes, no }) => yes?.includes(capability) || no?.includes(capability),
  )
  if (said) return { verdict: said.no?.includes(capability) ? 'no' : 'yes', source: said.source }
  const recording = recordedCapabilities[provider.kind ?? provider.name]?.[capability]
  if (recording !== undefined) return { verdict: 'yes', source: `recording ${recording}` }
  // No wire here is without streams.
  return capability === 'streaming' ? { verdict: 'yes', source: provider.source } : UNKNOWN
}

/** What the row's quirks make us leave out of requests. */
function quirkLacks(capability: ChatCapability, quirks: Quirks): boolean {
  switch (capability) {
    case 'json-schema':
      return quirks.structuredOutput !== 'json-schema'
    case 'json-object':
      return quirks.structuredOutput === 'none'
    case 'reasoning':
      return quirks.reasoningRequest === 'none'
    case 'logprobs':
    case 'seed':
    case 'stop':
      return quirks.unsupportedFields.includes(capability)
    case 'choices':
      return quirks.unsupportedFields.includes('n')
    default:
      return false
  }
}

const TASKS: Readonly<Partial<Record<DoorCapability, RegExp>>> = {
  embeddings: /embed/,
  rerank: /rerank/,
  'count-tokens': /count-tokens/,
  moderations: /moderations/,
  'image-generation': /-images$/,
  speech: /speech/,
  transcription: /transcriptions/,
}

/** Without a door here it cannot be had, whatever the vendor offers elsewhere. */
function ofDoor(capability: DoorCapability, provider: HttpProvider): Finding {
  return hasDoor(capability, provider)
    ? { verdict: 'yes', source: provider.source }
    : { verdict: 'no', source: 'no door in src/providers' }
}

function hasDoor(capability: DoorCapability, { tasks = [], ...provider }: HttpProvider): boolean {
  if (capability === 'files') return provider.filesPath !== undefined
  if (capability === 'realtime') return provider.realtimePath !== undefined
  if (capability === 'stored-responses') return provider.responsesPath !== undefined
  const wires: RegExp | undefined = TASKS[capability]
  return wires !== undefined && tasks.some(({ wire }: { wire: TaskWireName }) => wires.test(wire))
}
