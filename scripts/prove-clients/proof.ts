/** What a client's file exports: named checks, each run against every stand-in provider it applies to. */

import type { Arrival } from './upstream/exchange.ts'
import type { Scenario } from './upstream/scenario.ts'

/** What one check works with. */
export interface Bench {
  /** Address of the gateway without trailing slash or version. */
  readonly url: string
  readonly key: string
  /** Id of the stand-in provider behind this run. */
  readonly upstream: string
  /** The `model` to ask for, so that the scripted upstream plays this scenario. */
  model(scenario: Scenario | TaskModel): string
  /** Requests that reached the upstream since this check began or last asked, oldest first. */
  take(): Arrival[]
}

/** Models of calls that are not chat; the name is all the upstream looks at. */
export type TaskModel = 'embed' | 'rerank' | 'moderate' | 'paint' | 'speak' | 'listen' | 'talk'

export interface Check {
  /** States behaviour: `streams text`. */
  readonly name: string
  /** Stand-ins to run against; all chat providers unless said. */
  readonly upstreams?: readonly string[]
  run(bench: Bench): Promise<void>
}

export interface ClientProof {
  /** The packages driven, the first being the client itself; their versions stand in the results. */
  readonly packages: readonly [string, ...string[]]
  /** What the client speaks: `OpenAI Chat Completions`. */
  readonly speaks: string
  /** Which checks one line of the table holds. */
  readonly title: string
  /** Why it cannot run here; undefined: it can. */
  readonly unavailable?: () => string | undefined
  readonly checks: readonly Check[]
}
