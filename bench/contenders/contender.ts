/** What the bench needs to know of one contender. */

import type { Result } from '../../src/ground/result.ts'
import type { ProcessorPlan } from '../processor-plan.ts'
import type { Bodies } from '../requests.ts'

export interface Contender {
  /** What `--only` takes. */
  readonly id: string
  readonly port: number
  /** Names of its rows, for messages when it cannot run. */
  readonly rows: readonly string[]
  /** Installs what it needs. Gives its version; the error says why it cannot run here and what to do. */
  prepare(): Promise<Result<string, string>>
  /** Starts it and returns once it listens; throws with its last words when it does not. */
  start(plan: ProcessorPlan): Promise<RunningContender>
}

export interface RunningContender {
  /** Root of the process tree that is measured. */
  readonly pid: number
  readonly entries: readonly Entry[]
  /** After the last measurement: undefined, or why its numbers must not be believed. */
  audit?(requestsAnswered: number): Promise<string | undefined>
  stop(): Promise<void>
}

/** One way to ask a contender: one row of the table. */
export interface Entry {
  readonly name: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly bodies: Bodies
}

const CHAT_PATH = '/v1/chat/completions'
const CLIENT_KEY = 'Bearer sk-test-0123456789abcdef0123456789abcdef'

/** An OpenAI client; contenders that check keys or route by model give their own. */
export function chatEntry(name: string, bodies: Bodies, headers: Readonly<Record<string, string>> = {}): Entry {
  return { name, path: CHAT_PATH, headers: { authorization: CLIENT_KEY, ...headers }, bodies }
}
