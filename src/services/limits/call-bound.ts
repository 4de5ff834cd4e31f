/** The most that one call can use, known before it is made: tokens in, tokens out, and what is billed by the piece. */

import type { Usage } from '../../ground/usage.ts'
import type { ServiceClass } from '../../wires/wire.ts'

export interface CallBound {
  /** Prompt tokens, at most. */
  readonly inputTokens: number
  readonly output: OutputBound
  /** Pieces besides tokens: pictures made, seconds of sound, characters spoken, searches. */
  readonly pieces: Usage
  /** What prompt tokens may be billed as besides plain input; the dearest counts. */
  readonly inputUnits: readonly ('cacheWrite5m' | 'cacheWrite1h' | 'audioIn' | 'imageIn')[]
  /** The class asked for, where it costs more than the standard one. */
  readonly serviceClass?: ServiceClass
  /** Our own guess of the prompt, for calls that end without a count. */
  guessInput(): number
}

export interface OutputBound {
  /** Completion tokens of all choices, at most. */
  readonly tokens: number
  /** With fewer an answer is no use. */
  readonly leastTokens: number
  readonly choices: number
  /** The client, or a policy, said how long an answer may be; without that no model may be told more than it can take. */
  readonly stated: boolean
}

export const NO_OUTPUT: OutputBound = { tokens: 0, leastTokens: 0, choices: 1, stated: true }
