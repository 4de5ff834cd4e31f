/** A labelled text, and the reader of the gzipped JSON Lines that labelled texts come in. */

import { isObject, parseJson } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { readTokens } from '../text-tokens.ts'

export interface IntentRow {
  readonly text: string
  /** An intent, or `oos` when no intent fits. */
  readonly label: string
}

/** Reads JSON Lines of `{text, label, …}`; the error names the first line that is not one. */
export function readIntentRows(jsonLines: string, name: string): Result<IntentRow[], string> {
  const rows: IntentRow[] = []
  for (const [index, line] of jsonLines.split('\n').entries()) {
    if (line.trim() === '') continue
    const row = parseJson(line)
    if (!isObject(row) || typeof row.text !== 'string' || typeof row.label !== 'string')
      return err(`${name} line ${index + 1} is not a JSON object with "text" and "label"`)
    rows.push({ text: row.text, label: row.label })
  }
  return rows.length > 0 ? ok(rows) : err(`${name} holds no rows`)
}

/** The rows without those that read the same, token for token, as an earlier row. */
export function withoutRepeats(rows: readonly IntentRow[]): IntentRow[] {
  const seen = new Set<string>()
  return rows.filter((row) => {
    const key = readTokens(row.text).join(' ')
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
