/** Pairs a client's wire with a provider's for one call that is not chat, both ways through the task's hub. */

import { type GatewayError, gatewayError } from '../ground/error.ts'
import type { Json, JsonObject } from '../ground/json.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { EmbedCall } from '../ground/tasks.ts'
import type { Encoded, Warning } from '../ground/warning.ts'
import type { Quirks } from './quirks.ts'
import type { HubTask, HubTaskWire, TaskHubs, TaskWireName } from './task-wire.ts'
import type { ReplyDefaults } from './wire.ts'

type CallOf<Task extends HubTask> = TaskHubs[Task]['call']

export interface TaskTranslation<Task extends HubTask = HubTask> {
  /** The client's body, decoded once; with `address: 'path'` the journey gives `model`, which the body does not hold. */
  decode(body: JsonObject, model?: string): Result<CallOf<Task>, GatewayError>
  /** The body for a provider's `model`, or why this wire cannot carry the call at all. */
  request(call: CallOf<Task>, model: string, quirks: Quirks): Result<Encoded<JsonObject>, GatewayError>
  /** The client's reply. Its warnings join those of the request, which say what was lost on the way there. */
  reply(
    body: Json,
    context: { call: CallOf<Task>; quirks: Quirks; defaults: ReplyDefaults; before: readonly Warning[] },
  ): Result<Encoded<JsonObject>, GatewayError>
}

/** Wires whose inputs may be token ids. */
const TAKES_TOKEN_IDS: ReadonlySet<TaskWireName> = new Set(['openai-embeddings'])
/** Wires whose requests hold one input. */
const TAKES_ONE_INPUT: ReadonlySet<TaskWireName> = new Set(['gemini-embed'])

/** Fails when the two wires are not of one task. */
export function translateTask<Task extends HubTask>(
  client: HubTaskWire<Task>,
  upstream: HubTaskWire,
): Result<TaskTranslation<Task>, GatewayError> {
  if (!isOfTask(upstream, client.task)) {
    const message = `A provider's ${upstream.task} API cannot answer a ${client.task} call: route it to a model for ${client.task}.`
    return err(gatewayError('not-supported', message))
  }
  return ok({
    decode(body, model) {
      const call = client.hub.decodeRequest(body)
      return call.ok && model !== undefined ? ok({ ...call.value, model }) : call
    },
    request(call, model, quirks) {
      const obstacle = obstacleIn(call, upstream.name)
      return obstacle ? err(obstacle) : ok(upstream.hub.encodeRequest({ ...call, model }, quirks))
    },
    reply(body, { call, quirks, defaults, before }) {
      const reply = upstream.hub.decodeReply(body, quirks)
      if (!reply.ok) return reply
      const fault = faultIn(reply.value, call)
      if (fault) return err(fault)
      const { value, warnings } = client.hub.encodeReply(reply.value, call, defaults)
      return ok({ value, warnings: joined(before, warnings) })
    },
  })
}

function isOfTask<Task extends HubTask>(wire: HubTaskWire, task: Task): wire is HubTaskWire<Task> {
  return wire.task === task
}

function obstacleIn(call: TaskHubs[HubTask]['call'], name: TaskWireName): GatewayError | undefined {
  if (!isEmbedCall(call)) return undefined
  if (TAKES_ONE_INPUT.has(name) && call.inputs.length > 1) {
    const message = `input: the model behind this route takes one text a request, not ${call.inputs.length}.`
    return gatewayError('invalid-request', message, { param: 'input' })
  }
  if (TAKES_TOKEN_IDS.has(name)) return undefined
  const at = call.inputs.findIndex((input) => typeof input !== 'string')
  if (at < 0) return undefined
  const param = call.single ? 'input' : `input[${at}]`
  const message = `${param}: the model behind this route takes texts, not token ids. Send the text itself.`
  return gatewayError('invalid-request', message, { param })
}

/** A client matches vectors with its inputs by their place: another number of them must not pass for an answer. */
function faultIn(reply: TaskHubs[HubTask]['reply'], call: TaskHubs[HubTask]['call']): GatewayError | undefined {
  if (!isEmbedCall(call) || !('vectors' in reply) || reply.vectors.length === call.inputs.length) return undefined
  const message = `The provider gave ${reply.vectors.length} vectors for ${call.inputs.length} inputs.`
  return gatewayError('upstream-error', message, { origin: 'upstream' })
}

function isEmbedCall(call: TaskHubs[HubTask]['call']): call is EmbedCall {
  return 'inputs' in call
}

function joined(before: readonly Warning[], after: readonly Warning[]): Warning[] {
  const isNew = ({ feature, effect }: Warning) =>
    !before.some((warning) => warning.feature === feature && warning.effect === effect)
  return [...before, ...after.filter(isNew)]
}
