#!/usr/bin/env node
/** The command line: finds the command and hands it the rest. */

import { AdminError } from './admin-client.ts'
import type { CliIo } from './cli-io.ts'
import { alerts } from './commands/alerts.ts'
import { canary } from './commands/canary.ts'
import { explain } from './commands/explain.ts'
import { keys } from './commands/keys.ts'
import { ledger } from './commands/ledger.ts'
import { prices } from './commands/prices.ts'
import { reconcile } from './commands/reconcile.ts'
import { report } from './commands/report.ts'
import { start } from './commands/start.ts'
import { validate } from './commands/validate.ts'

const COMMANDS: Readonly<Record<string, (args: string[], io: CliIo) => Promise<number>>> = {
  start,
  validate,
  keys,
  ledger,
  report,
  reconcile,
  alerts,
  prices,
  canary,
  explain,
}

const HELP = `sluice <command> [options]

  start      serve the documents in this folder through workerd   start --help
  validate   check sluice.yml, routes/ and policies/              validate --help
  keys       create, list, rotate and revoke keys                 keys --help
  ledger     show settled calls, as a table, CSV or JSON          ledger --help
  report     cost, forecast, budget, savings, showback            report --help
  reconcile  compare a provider's invoice with the ledger         reconcile --help
  alerts     list what there was to tell, try a destination       alerts --help
  prices     show, compare and import prices; reprice a period    prices --help
  canary     where canaries stand; promote or roll back one       canary --help
  explain    why a call went as it did, how one would go        explain --help

keys, ledger, report, reconcile, alerts, prices, canary and explain talk to a running gateway: --url http://127.0.0.1:8787, with the admin key in SLUICE_ADMIN_KEY
or, for a gateway started from this folder, the secret kept in .sluice.
`

async function main(): Promise<number> {
  const io: CliIo = {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    cwd: process.cwd(),
    env: process.env,
    isTerminal: process.stderr.isTTY === true,
  }
  const [name, ...args] = process.argv.slice(2)
  const command = name === undefined ? undefined : Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command) return command(args, io)
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    io.stdout(HELP)
    return name === undefined ? 1 : 0
  }
  io.stderr(`sluice: there is no command "${name}"\n\n${HELP}`)
  return 1
}

try {
  process.exitCode = await main()
} catch (error) {
  // Wrong flags and refusals by the gateway are the user's to mend; anything else is a bug and shows its place.
  const expected =
    error instanceof AdminError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
  process.stderr.write(
    expected
      ? `sluice: ${(error as Error).message}\n`
      : `sluice: ${error instanceof Error ? error.stack : String(error)}\n`,
  )
  process.exitCode = 1
}
// Watchers of subfolders cannot be told not to keep the process alive; what was printed is let out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit()))
