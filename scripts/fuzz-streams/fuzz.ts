/** A seeded fuzz run over every wire: streams, bodies, and the calls that are not chat. */

import type { Json } from '../../src/ground/json.ts'
import type { TaskWire } from '../../src/wires/task-wire.ts'
import type { ChatWire } from '../../src/wires/wire.ts'
import { type Crash, Crashes } from './crashes.ts'
import { bodySeeds, fuzzBodies } from './fuzz-bodies.ts'
import { fuzzStream } from './fuzz-streams-of.ts'
import { fuzzTask, taskSeeds } from './fuzz-tasks.ts'
import { Random } from './random.ts'
import { seedStreams } from './seed-streams.ts'

export interface FuzzRun {
  readonly streams: number
  readonly events: number
  readonly bodies: number
  readonly crashes: readonly Crash[]
}

/** Goes on until `events` mutated events have passed; two bodies and one of another task go with each stream. */
export function fuzz(
  events: number,
  seed: number,
  chatWires: readonly ChatWire[],
  taskWires: readonly TaskWire[],
): FuzzRun {
  const random = new Random(seed)
  const crashes = new Crashes()
  const sources = chatWires.map((wire) => ({ wire, streams: seedStreams(wire), bodies: bodySeeds(wire) }))
  const tasks = taskWires.map((wire) => taskSeeds(wire, taskWires))
  const donors: Json[] = sources.flatMap(({ streams, bodies }) => [
    ...streams.flatMap((stream) => stream.events.map(({ body }) => body)),
    ...bodies.requests,
    ...bodies.replies,
  ])
  const run = { streams: 0, events: 0, bodies: 0 }
  while (run.events < events) {
    const from = random.pick(sources)
    const to = random.pick(chatWires)
    run.events += fuzzStream(random, from, to, donors, crashes)
    fuzzBodies(random, from.bodies, to, donors, crashes)
    if (tasks.length > 0) fuzzTask(random, random.pick(tasks), donors, crashes)
    run.streams++
    run.bodies += tasks.length > 0 ? 3 : 2
  }
  return { ...run, crashes: crashes.list }
}
