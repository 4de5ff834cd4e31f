/** Reads a vendor's cost or usage file by a description of its columns. */

import { err, ok, type Result } from '../../../ground/result.ts'
import type { InvoiceFormat } from '../../../providers/invoice-formats.ts'
import type { Zone } from '../calendar/zone.ts'
import { parseCsv } from '../csv.ts'
import { readDecimal } from './decimal.ts'
import type { Invoice, InvoiceLine } from './invoice.ts'

/** Where each thing stands in a row; `tokens` when there is no amount. */
interface Columns {
  readonly time: number
  readonly model: number | undefined
  readonly key: number | undefined
  readonly amount: number | undefined
  readonly currency: number | undefined
  readonly tokens: readonly number[]
}

/**
 * The lines of a file in the first of the formats that fits its columns. Days are those of `zone`. The error names the line and
 * the column that cannot be read; no line is ever left out in silence.
 */
export function readInvoice(text: string, formats: readonly InvoiceFormat[], zone: Zone): Result<Invoice, string> {
  const rows = parseCsv(text)
  if (!rows.ok) return rows
  const [header = [], ...body] = rows.value
  for (const format of formats) {
    const columns = findColumns(header, format)
    if (columns) return readLines(body, header, format, columns, zone)
  }
  const wanted = formats.map((format) => `${format.title}: ${requiredColumns(format).join(', ')}`).join('; ')
  return err(`the file’s columns are ${header.join(', ') || 'missing'}; needed are those of one of these: ${wanted}`)
}

function requiredColumns(format: InvoiceFormat): string[] {
  return [format.time.join(' or '), ...(format.amount ? [format.amount.join(' or ')] : (format.tokens ?? []))]
}

function findColumns(header: readonly string[], format: InvoiceFormat): Columns | undefined {
  const places = new Map(header.map((name, index) => [name.trim().toLowerCase(), index]))
  const find = (names: readonly string[] | undefined): number | undefined =>
    names?.map((name) => places.get(name.toLowerCase())).find((place) => place !== undefined)
  const time = find(format.time)
  const amount = find(format.amount)
  const tokens = (format.tokens ?? []).flatMap((name) => find([name]) ?? [])
  const measured = format.amount ? amount !== undefined : tokens.length > 0 && tokens.length === format.tokens?.length
  if (time === undefined || !measured) return undefined
  return { time, amount, tokens, model: find(format.model), key: find(format.key), currency: find(format.currency) }
}

function readLines(
  body: readonly (readonly string[])[],
  header: readonly string[],
  format: InvoiceFormat,
  columns: Columns,
  zone: Zone,
): Result<Invoice, string> {
  const lines: InvoiceLine[] = []
  let [decimals, emptyLines] = [0, 0]
  for (const [index, row] of body.entries()) {
    const wrong = (column: number | undefined, reason: string): Result<never, string> =>
      err(`row ${index + 2}, column ${column === undefined ? '?' : header[column]}: ${reason}`)
    const amount = readAmount(row, columns)
    if (amount === 'empty') {
      emptyLines++
      continue
    }
    if (typeof amount === 'string') return wrong(columns.amount ?? columns.tokens[0], amount)
    const currency = columns.currency === undefined ? '' : (row[columns.currency] ?? '')
    if (currency !== '' && currency.toLowerCase() !== 'usd')
      return wrong(columns.currency, `"${currency.slice(0, 20)}" is not USD; the ledger counts US dollars only`)
    const day = readDay(row[columns.time] ?? '', zone)
    if (day === undefined)
      return wrong(columns.time, `"${(row[columns.time] ?? '').slice(0, 40)}" is not a date or time`)
    decimals = Math.max(decimals, amount.decimals)
    lines.push({ day, model: modelOf(row, columns, format), key: cell(row, columns.key), amount: amount.units })
  }
  return ok({ title: format.title, measure: format.amount ? 'cost' : 'tokens', lines, decimals, emptyLines })
}

/** `empty` for a line without figures; any other text is what is wrong. */
function readAmount(row: readonly string[], columns: Columns): { units: bigint; decimals: number } | string {
  if (columns.amount !== undefined) {
    const text = cell(row, columns.amount)
    if (text === '') return 'empty'
    return readDecimal(text) ?? `"${text.slice(0, 40)}" is not an amount in dollars`
  }
  const texts = columns.tokens.map((column) => cell(row, column)).filter((text) => text !== '')
  if (texts.length === 0) return 'empty'
  let units = 0n
  for (const text of texts) {
    const count = /^(\d{1,18})(?:\.0*)?$/.exec(text)?.[1]
    if (count === undefined) return `"${text.slice(0, 40)}" is not a count of tokens`
    units += BigInt(count)
  }
  return { units, decimals: 0 }
}

/** A date stands for itself; an instant for the day it lies in. A time without an offset is one of the file's own zone. */
function readDay(text: string, zone: Zone): string | undefined {
  const trimmed = text.trim()
  const date = /^(\d{4}-\d{2}-\d{2})(?:$|[T ][\d:.]*$)/.exec(trimmed)?.[1]
  if (date !== undefined) return Number.isNaN(Date.parse(date)) ? undefined : date
  const seconds = /^\d{9,11}$/.test(trimmed) ? Number(trimmed) * 1000 : undefined
  const atMs = seconds ?? (/^\d{4}-\d{2}-\d{2}[T ]/.test(trimmed) ? Date.parse(trimmed) : Number.NaN)
  return Number.isNaN(atMs) ? undefined : new Date(atMs + zone.offsetAt(atMs)).toISOString().slice(0, 10)
}

function modelOf(row: readonly string[], columns: Columns, format: InvoiceFormat): string {
  const text = cell(row, columns.model)
  const end = format.modelEnd === undefined ? -1 : text.indexOf(format.modelEnd)
  return end === -1 ? text : text.slice(0, end)
}

function cell(row: readonly string[], column: number | undefined): string {
  return column === undefined ? '' : (row[column] ?? '').trim()
}
