/** Sets a budget against what was spent and what is forecast. */

import type { NanoDollars } from '../../ground/money.ts'
import type { Forecast } from './forecast.ts'

/** A budget for one period; whatever document or limit it comes from. */
export interface Budget {
  readonly limitNano: NanoDollars
  /** Shares of the limit, in percent, at which people are told. */
  readonly alertPercents?: readonly number[]
}

export interface BudgetStatus {
  readonly limitNano: NanoDollars
  readonly spentNano: NanoDollars
  /** Negative when overspent. */
  readonly leftNano: NanoDollars
  /** Whole percent used, rounded down; undefined for a limit of nothing. */
  readonly usedPercent?: number
  /** `exceeded`: more than the limit; `exhausted`: exactly it; `alert`: a threshold is passed; else `within`. */
  readonly state: 'within' | 'alert' | 'exhausted' | 'exceeded'
  /** The highest threshold that is reached. */
  readonly alertPercent?: number
  /** Whether the period is expected to end above the limit; `possible` when only the band's upper end does. */
  readonly outlook?: 'within' | 'possible' | 'expected'
  /** Calls in the period whose cost nobody knows: spent may be more than it says. */
  readonly unknownCostCalls: number
}

/** What was spent includes only known cost, so `unknownCostCalls` belongs beside every figure. */
export function budgetStatus(
  budget: Budget,
  spent: { readonly spentNano: NanoDollars; readonly unknownCostCalls: number; readonly forecast?: Forecast },
): BudgetStatus {
  const { limitNano, alertPercents = [] } = budget
  const { spentNano, unknownCostCalls } = spent
  const reached = alertPercents.filter((percent) => spentNano * 100n >= limitNano * BigInt(Math.ceil(percent)))
  const alertPercent = reached.length > 0 ? Math.max(...reached) : undefined
  return {
    limitNano,
    spentNano,
    leftNano: limitNano - spentNano,
    ...(limitNano > 0n && { usedPercent: Number((spentNano * 100n) / limitNano) }),
    state:
      spentNano > limitNano
        ? 'exceeded'
        : spentNano === limitNano
          ? 'exhausted'
          : alertPercent === undefined
            ? 'within'
            : 'alert',
    ...(alertPercent !== undefined && { alertPercent }),
    ...(spent.forecast && { outlook: outlookOf(spent.forecast, limitNano) }),
    unknownCostCalls,
  }
}

function outlookOf(forecast: Forecast, limitNano: NanoDollars): 'within' | 'possible' | 'expected' {
  if (forecast.expectedNano > limitNano) return 'expected'
  return (forecast.highNano ?? forecast.expectedNano) > limitNano ? 'possible' : 'within'
}
