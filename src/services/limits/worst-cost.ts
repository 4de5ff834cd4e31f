/** What a call may cost at most at one target, in nano-dollars. */

import type { AssumedPrice } from '../../config/limit-settings.ts'
import { picoToNano } from '../../ground/money.ts'
import { totalInput, totalOutput, USAGE_UNITS, type Usage } from '../../ground/usage.ts'
import type { ServiceClass } from '../../wires/wire.ts'
import type { CallBound } from './call-bound.ts'

/** The price of a usage vector at the target; undefined when the price book does not know it. */
export type PriceOf = (usage: Usage, serviceClass?: ServiceClass) => bigint | undefined

/** Cost of the bound with that many completion tokens; undefined when the target has no price. Grows with the tokens. */
export function worstCost(bound: CallBound, outputTokens: number, price: PriceOf): number | undefined {
  const classes: (ServiceClass | undefined)[] = bound.serviceClass ? [undefined, bound.serviceClass] : [undefined]
  let worst: bigint | undefined
  for (const serviceClass of classes) {
    const cost = costIn(bound, outputTokens, (usage) => price(usage, serviceClass))
    if (cost !== undefined && (worst === undefined || cost > worst)) worst = cost
  }
  return worst === undefined ? undefined : Number(worst)
}

/** The most completion tokens whose worst cost stays within `nano`. */
export function affordableOutput(bound: CallBound, nano: number, price: PriceOf): number {
  let [enough, tooMany] = [0, bound.output.tokens + 1]
  while (tooMany - enough > 1) {
    const middle = Math.floor((enough + tooMany) / 2)
    const cost = worstCost(bound, middle, price)
    if (cost !== undefined && cost <= nano) enough = middle
    else tooMany = middle
  }
  return enough
}

/** Prices for a model that has none, as policy assumes them: whatever goes in or comes out counts as a token. */
export function assumedPriceOf({ inputPico, outputPico }: AssumedPrice): (usage: Usage) => bigint {
  return (usage) =>
    picoToNano(
      BigInt(Math.ceil(totalInput(usage))) * BigInt(inputPico) +
        BigInt(Math.ceil(totalOutput(usage))) * BigInt(outputPico),
    )
}

const OUTPUT_UNITS = ['output', 'reasoning', 'audioOut', 'imageOut'] as const

function costIn(
  bound: CallBound,
  outputTokens: number,
  price: (usage: Usage) => bigint | undefined,
): bigint | undefined {
  const { inputTokens } = bound
  const inputs: Usage[] = [{ input: inputTokens }, ...bound.inputUnits.map((unit) => ({ [unit]: inputTokens }))]
  const outputs: Usage[] = outputTokens > 0 ? OUTPUT_UNITS.map((unit) => ({ [unit]: outputTokens })) : [{}]
  let worst: bigint | undefined
  for (const input of inputs) {
    for (const output of outputs) {
      const cost = price({ ...input, ...output })
      if (cost !== undefined && (worst === undefined || cost > worst)) worst = cost
    }
  }
  return withPieces(worst, bound.pieces, price)
}

/** Pieces are priced one by one: a model that has no price for one of them does not bill it. */
function withPieces(
  tokens: bigint | undefined,
  pieces: Usage,
  price: (usage: Usage) => bigint | undefined,
): bigint | undefined {
  let total = tokens
  for (const unit of USAGE_UNITS) {
    const count = pieces[unit]
    const cost = count ? price({ [unit]: count }) : undefined
    if (cost !== undefined) total = (total ?? 0n) + cost
  }
  return total
}
