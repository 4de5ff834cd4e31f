/** Mutated bodies and events through the wires of calls that are not chat. */

import { isObject, type Json } from '../../src/ground/json.ts'
import { STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import type { HubTask, HubTaskWire, TaskHubs, TaskWire } from '../../src/wires/task-wire.ts'
import { problemOfTapped } from './check-parts.ts'
import type { Crashes } from './crashes.ts'
import { damagedBody, errorThrough } from './fuzz-bodies.ts'
import type { Random } from './random.ts'
import { SEED_CALL, SEED_EMBED_CALL, SEED_EMBED_REPLY, SEED_RERANK_CALL, SEED_RERANK_REPLY } from './seed-replies.ts'

export interface TaskSeeds {
  readonly wire: TaskWire
  readonly requests: readonly Json[]
  readonly replies: readonly Json[]
  run(random: Random, body: Json, crashes: Crashes): void
}

const DEFAULTS = { id: 'x', model: 'm', createdSeconds: 1 }

/** `all`: the wires that this one may be translated to. */
export function taskSeeds(wire: TaskWire, all: readonly TaskWire[]): TaskSeeds {
  switch (wire.task) {
    case 'embeddings':
      return {
        wire,
        ...hubSeeds(
          wire,
          all.filter((other) => other.task === 'embeddings'),
          SEED_EMBED_CALL,
          SEED_EMBED_REPLY,
        ),
      }
    case 'rerank':
      return {
        wire,
        ...hubSeeds(
          wire,
          all.filter((other) => other.task === 'rerank'),
          SEED_RERANK_CALL,
          SEED_RERANK_REPLY,
        ),
      }
    case 'count-tokens':
      return {
        wire,
        ...hubSeeds(
          wire,
          all.filter((other) => other.task === 'count-tokens'),
          SEED_CALL,
          { inputTokens: 9 },
        ),
      }
    default:
      return { wire, requests: [{ model: 'm', input: 'x', n: 1 }], replies: PASSING, run: () => undefined }
  }
}

/** Replies and events of the wires that only pass through: pictures, sound, transcripts, moderations. */
const PASSING: readonly Json[] = [
  { created: 1, data: [{ b64_json: 'AA==' }], usage: { input_tokens: 9, output_tokens: 3, input_tokens_details: {} } },
  { type: 'image_generation.completed', usage: { input_tokens_details: { image_tokens: 5, text_tokens: 4 } } },
  { type: 'speech.audio.done', usage: { input_tokens: 4, output_tokens: 30, total_tokens: 34 } },
  { type: 'transcript.text.done', text: 'a', usage: { type: 'tokens', input_tokens: 4, output_tokens: 2 } },
  { text: 'a', duration: 2.5, usage: { type: 'duration', seconds: 3 } },
  { id: 'modr', model: 'm', results: [{ flagged: false }], usage: { prompt_tokens: 2, total_tokens: 2 } },
]

function hubSeeds<Task extends HubTask>(
  wire: HubTaskWire<Task>,
  others: readonly HubTaskWire<Task>[],
  call: TaskHubs[Task]['call'],
  reply: TaskHubs[Task]['reply'],
): Omit<TaskSeeds, 'wire'> {
  return {
    requests: [wire.hub.encodeRequest(call, STANDARD_QUIRKS).value],
    replies: [wire.hub.encodeReply(reply, call, DEFAULTS).value],
    run(random, body, crashes) {
      const other = random.pick(others)
      if (isObject(body)) {
        const asked = crashes.guard(`${wire.name} decodeRequest`, body, () => wire.hub.decodeRequest(body))
        if (asked?.ok)
          crashes.guard(`${other.name} encodeRequest from ${wire.name}`, body, () =>
            JSON.stringify(other.hub.encodeRequest(asked.value, STANDARD_QUIRKS).value),
          )
      }
      const answered = crashes.guard(`${wire.name} decodeReply`, body, () =>
        wire.hub.decodeReply(body, STANDARD_QUIRKS),
      )
      if (answered?.ok)
        crashes.guard(`${other.name} encodeReply from ${wire.name}`, body, () =>
          JSON.stringify(other.hub.encodeReply(answered.value, call, DEFAULTS).value),
        )
    },
  }
}

/** One body, as a request, a reply, an error and an event. */
export function fuzzTask(random: Random, seeds: TaskSeeds, donors: readonly Json[], crashes: Crashes): void {
  const { wire } = seeds
  const body = damagedBody(random, random.chance(0.5) ? seeds.requests : seeds.replies, donors)
  seeds.run(random, body, crashes)
  if (isObject(body)) crashes.guard(`${wire.name} patchRequest`, body, () => wire.patchRequest(body, 'm'))
  const tapped = crashes.guard(`${wire.name} tap`, body, () => {
    const tap = wire.tap(STANDARD_QUIRKS, isObject(body) ? body : {})
    if (random.chance(0.5)) tap.event({ event: '', data: typeof body === 'string' ? body : JSON.stringify(body) })
    else tap.body(body)
    return tap.result()
  })
  if (tapped) crashes.fault(`${wire.name} tap`, problemOfTapped(tapped), body)
  const error = crashes.guard(`${wire.name} decodeError`, body, () => wire.decodeError(429, new Headers(), body))
  if (error) errorThrough(wire, error, `${wire.name} decodeError`, body, crashes)
}
