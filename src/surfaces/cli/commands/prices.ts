/** `sluice prices`: what models cost and by whose word, how price tables disagree, and repricing what was settled. */

import type { CliIo } from '../cli-io.ts'
import { pricesDiff, pricesImport } from './prices-compare.ts'
import { pricesReprice } from './prices-reprice.ts'
import { pricesShow } from './prices-show.ts'

const HELP = `sluice prices <show|diff|import|reprice> [options]

  prices show MODEL [--provider P] [--book FILE] [--json]   its dated entries, with source and day, and what was agreed beyond them;
                                     gpt-5* shows several. --book reads a file instead of asking the gateway (built-in: the committed book)
  prices diff LEFT RIGHT [--provider P] [--at DAY] [--json]  two books or tables; each a file, https address or the word built-in
  prices import TABLE [--book FILE] [--provider P] [--at DAY] [--all] [--json]
                                     reads a public table (LiteLLM, genai-prices, models.dev, OpenRouter: a file or address) and reports
                                     where it disagrees with the book; the book itself is not changed
  prices reprice --from DAY --to DAY [--model M] [--team T]... [--dry-run] [--json]
                                     brings settled calls to the prices known now, by adjustments beside them; twice is once

Exit code of diff and import: 0 when all agrees, 2 when something differs, 1 when it could not be compared.
`

const ACTIONS: Readonly<Record<string, (args: string[], io: CliIo) => Promise<number>>> = {
  show: pricesShow,
  diff: pricesDiff,
  import: pricesImport,
  reprice: pricesReprice,
}

export async function prices(args: string[], io: CliIo): Promise<number> {
  const [action, ...rest] = args
  if (action === undefined || args.includes('--help') || args.includes('-h')) {
    io.stdout(HELP)
    return 0
  }
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  if (run) return run(rest, io)
  io.stderr(`sluice: there is no "prices ${action}"\n\n${HELP}`)
  return 1
}
