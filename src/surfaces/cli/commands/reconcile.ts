/** `sluice reconcile`: a provider's invoice or usage file against the ledger of a running gateway. */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { CostGroup } from '../../../ports/accounts.ts'
import { INVOICE_VENDORS, type InvoiceFormat, invoiceFormats } from '../../../providers/invoice-formats.ts'
import { readZone } from '../../../services/reports/calendar/zone.ts'
import { decimalToNano, readDecimal } from '../../../services/reports/reconcile/decimal.ts'
import type { Invoice, Measure } from '../../../services/reports/reconcile/invoice.ts'
import { LEDGER_FIELDS, type LedgerPart, readLedgerPart } from '../../../services/reports/reconcile/ledger-part.ts'
import { readInvoice } from '../../../services/reports/reconcile/read-invoice.ts'
import { reconcile as compare } from '../../../services/reports/reconcile/reconcile.ts'
import { type AdminClient, AdminError } from '../admin-client.ts'
import type { CliIo } from '../cli-io.ts'
import { CONNECT_OPTIONS, connect } from '../connect.ts'
import { reconciliationCsv, reconciliationJson, reconciliationTable } from './reconcile-output.ts'

const HELP = `sluice reconcile FILE --provider openai|anthropic [options]
sluice reconcile FILE --ledger-provider NAME --time COLUMN (--amount COLUMN | --tokens COLUMN...) [--model COLUMN] [--key COLUMN]

  Compares a cost export with the ledger by day and model, to the nano-dollar; a usage export by tokens.

  --ledger-provider NAME   the provider's name in the ledger, repeatable; default: that of --provider
  --zone UTC               where the file's days begin
  --since, --until DATE    days to compare; default: the first to the last day of the file
  --by-key                 compare each key by itself; needs key names on the invoice that are the gateway's key ids
  --most-per-call 1.00     no call of unknown cost or usage explains more than that (dollars; tokens: 200000)
  --all                    list days that match, too        --csv | --json
  Exit code: 0 when everything matches, 2 when something differs, 1 when the comparison could not be made.
`

const one = { type: 'string' } as const
const many = { type: 'string', multiple: true, default: [] as string[] } as const
const flag = { type: 'boolean', default: false } as const

const OPTIONS = {
  ...CONNECT_OPTIONS,
  provider: one,
  'ledger-provider': many,
  zone: { type: 'string', default: 'UTC' },
  since: one,
  until: one,
  time: one,
  amount: one,
  tokens: many,
  model: one,
  key: one,
  'by-key': flag,
  'most-per-call': one,
  all: flag,
  csv: flag,
} as const

/** Ends with 2 when something differs, so that a script can tell. */
export async function reconcile(args: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
  const [path, ...more] = positionals
  if (values.help || path === undefined || more.length > 0) {
    ;(values.help ? io.stdout : io.stderr)(HELP)
    return values.help ? 0 : 1
  }
  const zone = readZone(values.zone)
  if (!zone.ok) throw new AdminError(zone.error, 0)
  const providers = values['ledger-provider'].length > 0 ? values['ledger-provider'] : [values.provider ?? '']
  if (providers.includes('')) throw new AdminError('name the provider as the ledger does: --ledger-provider NAME', 0)
  const read = readInvoice(await readText(resolve(io.cwd, path)), formatsOf(values), zone.value)
  if (!read.ok) throw new AdminError(`${path}: ${read.error}`, 0)
  const invoice = within(read.value, values.since, values.until)
  const [first, last] = [values.since ?? firstDay(invoice), values.until ?? dayAfter(lastDay(invoice))]
  const admin = await connect(values, io)
  const range = { since: first, until: last, zone: values.zone }
  const parts = await ledgerParts(admin, providers, range, invoice.measure)
  const mostPerCall = readMost(values['most-per-call'], invoice.measure)
  const result = compare(invoice, parts, { byKey: values['by-key'], mostPerCall })
  const about = { title: invoice.title, providers, ...range, emptyLines: read.value.emptyLines, mostPerCall }
  if (values.json) io.stdout(reconciliationJson(result, about))
  else if (values.csv) io.stdout(reconciliationCsv(result))
  else io.stdout(reconciliationTable(result, about, values.all))
  return result.cells.every((cell) => cell.status === 'matched') ? 0 : 2
}

interface FormatValues {
  readonly provider?: string
  readonly time?: string
  readonly amount?: string
  readonly tokens: readonly string[]
  readonly model?: string
  readonly key?: string
}

/** Columns named on the command line win over what is known of a vendor. */
function formatsOf(values: FormatValues): readonly InvoiceFormat[] {
  const { time, amount, tokens, model, key, provider } = values
  if (time !== undefined && (amount !== undefined || tokens.length > 0)) {
    return [
      {
        title: 'columns as stated',
        time: [time],
        model: model === undefined ? [] : [model],
        ...(key !== undefined && { key: [key] }),
        ...(amount === undefined ? { tokens } : { amount: [amount] }),
      },
    ]
  }
  const formats = provider === undefined ? undefined : invoiceFormats(provider)
  if (formats) return formats
  const known = INVOICE_VENDORS.join(', ')
  throw new AdminError(`name the file's columns (--time, --amount or --tokens), or a --provider out of ${known}`, 0)
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new AdminError(`${path} cannot be read`, 0)
  }
}

/** Days are texts of one form, so they compare as texts. */
function within(invoice: Invoice, since: string | undefined, until: string | undefined): Invoice {
  for (const day of [since, until]) {
    if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day))
      throw new AdminError(`"${day}" is not a date such as 2026-11-01; an invoice is compared by whole days`, 0)
  }
  const lines = invoice.lines.filter(({ day }) => day >= (since ?? day) && (until === undefined || day < until))
  if (lines.length === 0 && (since === undefined || until === undefined))
    throw new AdminError(
      'the file has no amounts in that period; state --since and --until to list the ledger alone',
      0,
    )
  return { ...invoice, lines }
}

function firstDay({ lines }: Invoice): string {
  return lines.reduce((first, { day }) => (first === '' || day < first ? day : first), '')
}

function lastDay({ lines }: Invoice): string {
  return lines.reduce((last, { day }) => (day > last ? day : last), '')
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}

/** The provider's calls, and those of unknown provider that were never reported. */
async function ledgerParts(
  admin: AdminClient,
  providers: readonly string[],
  range: { readonly since: string; readonly until: string; readonly zone: string },
  measure: Measure,
): Promise<LedgerPart[]> {
  const filters = [...providers.map((provider) => ['provider', provider]), ['outcome', 'unreported']]
  const ask = async (chosen: string[][]): Promise<LedgerPart[]> => {
    const query = new URLSearchParams([...Object.entries(range), ['group_by', LEDGER_FIELDS.join(',')], ...chosen])
    const { data } = await admin.call<{ data: readonly CostGroup[] }>('GET', `/admin/v1/reports/cost?${query}`)
    return data.map((sum) => readLedgerPart(sum, measure))
  }
  const own = await ask(filters.filter(([name]) => name === 'provider'))
  const unreported = await ask(filters.filter(([name]) => name === 'outcome'))
  return [...own.filter((part) => part.kind !== 'unreported'), ...unreported]
}

function readMost(text: string | undefined, measure: Measure): bigint {
  if (measure === 'tokens') {
    if (text === undefined) return 200_000n
    if (/^\d{1,15}$/.test(text)) return BigInt(text)
    throw new AdminError(`--most-per-call "${text}" is not a number of tokens; the file counts tokens`, 0)
  }
  const dollars = readDecimal(text ?? '1')
  if (dollars && dollars.units >= 0n) return decimalToNano(dollars.units)
  throw new AdminError(`--most-per-call "${text}" is not an amount in dollars`, 0)
}
