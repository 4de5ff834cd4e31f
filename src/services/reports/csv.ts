/** Comma-separated values as RFC 4180 says, written so that no spreadsheet takes a cell for a formula. */

import { err, ok, type Result } from '../../ground/result.ts'

/** A cell that starts so is run as a formula by spreadsheets; a plain number is not. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/
const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/

/** Before a file, it tells spreadsheets that do not guess that the file is UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF'

/** Lines end in CRLF, the last one too. Cells that could be formulas get an apostrophe in front. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(writeCell).join(',')}\r\n`).join('')
}

function writeCell(text: string): string {
  const safe = FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * The rows of a file, separated by commas, semicolons or tabs, whichever its first line has most of; a byte order mark and empty
 * lines are skipped. The error names the line where a quote is
 * never closed, or where text follows a closing one.
 */
export function parseCsv(text: string): Result<string[][], string> {
  const body = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  const reader = new CsvReader(body, separatorOf(body))
  const rows: string[][] = []
  while (!reader.atEnd) {
    const row = reader.row()
    if (!row.ok) return row
    if (row.value.length > 1 || row.value[0] !== '') rows.push(row.value)
  }
  return ok(rows)
}

function separatorOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/))
  const count = (separator: string): number => first.split(separator).length
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best))
}

class CsvReader {
  readonly #text: string
  readonly #separator: string
  #at = 0
  #line = 1

  constructor(text: string, separator: string) {
    this.#text = text
    this.#separator = separator
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  row(): Result<string[], string> {
    const cells: string[] = []
    for (;;) {
      const cell = this.#text[this.#at] === '"' ? this.#quoted() : ok(this.#plain())
      if (!cell.ok) return cell
      cells.push(cell.value)
      if (this.#text[this.#at] === this.#separator) {
        this.#at++
        continue
      }
      if (!this.atEnd && !this.#endOfLine()) return err(`line ${this.#line} has text after a closing quote`)
      return ok(cells)
    }
  }

  #plain(): string {
    const from = this.#at
    while (!this.atEnd && !this.#isEnd(this.#text[this.#at])) this.#at++
    return this.#text.slice(from, this.#at)
  }

  #quoted(): Result<string, string> {
    const opened = this.#line
    let cell = ''
    let from = this.#at + 1
    for (;;) {
      const close = this.#text.indexOf('"', from)
      if (close === -1) return err(`line ${opened} opens a quote that is never closed`)
      cell += this.#text.slice(from, close)
      this.#at = close + 1
      if (this.#text[this.#at] !== '"') break
      cell += '"'
      from = this.#at + 1
    }
    this.#line += cell.split('\n').length - 1
    return ok(cell)
  }

  #isEnd(character: string | undefined): boolean {
    return character === this.#separator || character === '\n' || character === '\r'
  }

  /** Steps over CRLF, LF or CR; false when something else is there. */
  #endOfLine(): boolean {
    if (this.#text[this.#at] === '\r') this.#at += this.#text[this.#at + 1] === '\n' ? 2 : 1
    else if (this.#text[this.#at] === '\n') this.#at++
    else return false
    this.#line++
    return true
  }
}
