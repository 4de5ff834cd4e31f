/** `sluice report`: what calls cost, where it will end, what was saved, and who is to pay. */

import type { CliIo } from '../cli-io.ts'
import { reportAb } from './report-ab.ts'
import { reportCost } from './report-cost.ts'
import { reportBudget, reportForecast, reportSavings, reportShowback } from './report-views.ts'

const HELP = `sluice report [cost|ab|forecast|budget|savings|showback] [options]

  report [cost]     --by team,route,model       sums cost; fields: organisation team route model provider key user target
                                                outcome day week month hour paradigm clientWire serviceClass usageSource kind tag:NAME
                    --csv | --json | --focus | --parquet FILE   (--bom: for spreadsheets that do not take
                                                a --csv or --focus file for UTF-8)
  report ab ROUTE   --baseline TARGET           the targets of a route side by side, and which differences are proven
  report forecast   --period month|week|day     where spend will stand when the period ends
  report budget     --limit 500 --alert 80      a budget in dollars against spend and forecast of the period
  report savings    --reference openai/gpt-x    what caches saved, and edge models against that model's price
  report showback   --by team --rule direct|even|weights|keep [--weights blue:2]... [--shared platform]...

  Range:    --since 2026-11-01 --until 2026-12-01 --zone Europe/Berlin     (dates are midnight there; default UTC)
  Filters:  --team --route --key --user --model --provider --target --outcome --paradigm --tag NAME=VALUE; repeat one for either value

  Cost that is unknown is in no sum. It is shown beside every sum as a number of calls and their share.
`

const VIEWS: Readonly<Record<string, (args: string[], io: CliIo) => Promise<number>>> = {
  cost: reportCost,
  ab: reportAb,
  forecast: reportForecast,
  budget: reportBudget,
  savings: reportSavings,
  showback: reportShowback,
}

/** The view is the first word, if it is not an option; `cost` otherwise. */
export async function report(args: string[], io: CliIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout(HELP)
    return 0
  }
  const [first, ...rest] = args
  if (first === undefined || first.startsWith('-')) return reportCost(args, io)
  const view = Object.hasOwn(VIEWS, first) ? VIEWS[first] : undefined
  if (view) return view(rest, io)
  io.stderr(`sluice: there is no report "${first}"\n\n${HELP}`)
  return 1
}
