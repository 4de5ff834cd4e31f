/** What one call holds of its limits, from admission to its row. */

import type { GatewayError } from '../ground/error.ts'
import { assertNever, type Result } from '../ground/result.ts'
import { totalInput, totalOutput, type Usage } from '../ground/usage.ts'
import type { LedgerRow } from '../ports/accounts.ts'
import type { Held } from '../services/ledger/lease-credit.ts'
import type { CallBound } from '../services/limits/call-bound.ts'
import type { CounterOfLimit } from '../services/limits/limit-terms.ts'
import { type SoundUsage, soundUsage } from '../services/limits/sound-usage.ts'
import type { Ending } from './call-record.ts'
import { countOutputTokens } from './count-output.ts'

/** A counter of the call; with `model`, one that counts only if that model (`provider/model`) answers. */
export interface HeldCounter extends CounterOfLimit {
  readonly model?: string
}

export interface LimitHoldOptions {
  readonly counters: readonly HeldCounter[]
  readonly held: Held
  /** Undefined where no limit counts tokens or money. */
  readonly bound: CallBound | undefined
  /** What a call without a known usage is taken to have used: our estimate, all it held, or nothing. */
  readonly whenUnknown: 'estimate' | 'hold' | 'nothing'
  /** The price of a model that has none, where a policy assumes one. */
  readonly assumed: ((usage: Usage) => bigint) | undefined
  /** Holds as many tokens and as much money again, for sessions that go on. */
  more(): Promise<Result<Held, GatewayError>>
}

type SettledRow = Omit<LedgerRow, 'requestId'>

export class LimitHold {
  readonly #options: LimitHoldOptions
  #seenOutput = 0
  readonly #held: Held[]
  #toppingUp = false
  #settled = false

  constructor(options: LimitHoldOptions) {
    this.#options = options
    this.#held = [options.held]
  }

  /** Holds more once half of what is held is used; gives the error that ends the session when there is no more. */
  async topUp(usage: Usage, costNano: bigint | undefined): Promise<GatewayError | undefined> {
    const { counters, more } = this.#options
    const half = counters.some(({ limit: { measure }, terms }, index) => {
      if (terms.bound === undefined || measure === 'requests' || measure === 'concurrent') return false
      const used = measure === 'usd' ? Number(costNano ?? 0) : tokensOf(measure, usage)
      return used * 2 > this.#amountHeld(index)
    })
    if (!half || this.#toppingUp) return undefined
    this.#toppingUp = true
    const again = await more()
    this.#toppingUp = false
    if (!again.ok) return again.error
    if (this.#settled)
      again.value.settle([]) // the session ended meanwhile
    else this.#held.push(again.value)
    return undefined
  }

  #amountHeld(index: number): number {
    return this.#held.reduce((sum, { amounts }) => sum + (amounts[index] ?? 0), 0)
  }

  /** Counts what a piece of the reply says, for calls that end without a usage. */
  see(text: string): void {
    if (this.#options.bound) this.#seenOutput += countOutputTokens(text)
  }

  /** The price to assume for a usage that the price book cannot price. */
  assumedCost(usage: Usage): bigint | undefined {
    return this.#options.assumed?.(usage)
  }

  /** The usage as it is counted; undefined where nothing is known and nothing is to be estimated. */
  review({ usage, usageSource, outcome, error, unbilled }: Ending): SoundUsage | undefined {
    const { bound, whenUnknown } = this.#options
    if (!bound || unbilled || error?.kind === 'upstream-unreachable' || (!usage && whenUnknown !== 'estimate'))
      return undefined
    return soundUsage(usage, usageSource, outcome !== 'ok', {
      inputTokens: bound.inputTokens,
      outputTokens: bound.output.tokens,
      guessInput: () => bound.guessInput(),
      seenOutput: this.#seenOutput,
    })
  }

  /** Counts a settled call; `model` is the `provider/model` that was asked. Gives the names of limits it used more of than it held. */
  settle(row: SettledRow, model: string): string[] {
    const { counters } = this.#options
    this.#settled = true
    const used = counters.map((counter, index) => {
      if (row.attempts === 0 || (counter.model !== undefined && counter.model !== model)) return 0
      return this.#usedOf(counter, row, this.#amountHeld(index))
    })
    const over = counters.filter((_, index) => (used[index] ?? 0) > this.#amountHeld(index))
    for (const [index, held] of this.#held.entries()) held.settle(index === 0 ? used.map(Math.ceil) : [])
    return over.map(({ limit }) => limit.id)
  }

  #usedOf({ limit: { measure } }: HeldCounter, row: SettledRow, held: number): number {
    switch (measure) {
      case 'requests':
        return 1
      case 'concurrent':
        return 0
      case 'usd':
        return row.costNano === undefined ? this.#unknown(row, held) : Number(row.costNano)
      case 'tokens':
      case 'input_tokens':
      case 'output_tokens':
        return row.usage ? tokensOf(measure, row.usage) : this.#unknown(row, held)
      default:
        return assertNever(measure)
    }
  }

  /** What nobody knows is taken for what it could have been at most, unless the provider was never reached or did no work. */
  #unknown(row: SettledRow, held: number): number {
    const spared =
      this.#options.whenUnknown === 'nothing' || row.errorKind === 'upstream-unreachable' || row.costNano === '0'
    return spared ? 0 : held
  }
}

function tokensOf(measure: 'tokens' | 'input_tokens' | 'output_tokens', usage: Usage): number {
  const input = measure === 'output_tokens' ? 0 : totalInput(usage)
  return input + (measure === 'input_tokens' ? 0 : totalOutput(usage))
}
