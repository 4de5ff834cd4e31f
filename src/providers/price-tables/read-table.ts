/** Reads any of the public price tables by its form, into prices by our names of the providers. */

import { asArray, asObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { Fact } from './fact.ts'
import { readGenaiPrices } from './read-genai-prices.ts'
import { readLitellm } from './read-litellm.ts'
import { readModelsDev } from './read-models-dev.ts'
import { readOpenRouter } from './read-openrouter.ts'
import { VENDORS } from './vendors.ts'

/** The tables whose form is known. */
const TABLE_NAMES = ['litellm', 'genai-prices', 'models.dev', 'openrouter'] as const
export type TableName = (typeof TABLE_NAMES)[number]

export interface ReadTable {
  readonly name: TableName
  /** By provider, then by the id the vendor's API takes. */
  readonly shelves: ReadonlyMap<string, ReadonlyMap<string, Fact>>
}

/** Providers nobody here knows are kept under the table's own name; `onDay` chooses among dated prices. */
export function readPriceTable(json: Json, onDay: string): Result<ReadTable, string> {
  const table = asObject(json)
  const name = formOf(json, table)
  if (name === 'litellm' && table)
    return ok({ name, shelves: new Map(VENDORS.map((vendor) => [vendor.provider, readVendor(table, vendor)])) })
  if (name === 'genai-prices') {
    const shelves = VENDORS.map((vendor): [string, Map<string, Fact>] => {
      const { exact } = readGenaiPrices(asArray(json), vendor, onDay)
      return [vendor.provider, new Map([...exact].flatMap(([model, [fact]]) => (fact ? [[model, fact] as const] : [])))]
    })
    return ok({ name, shelves: new Map(shelves) })
  }
  if (name === 'models.dev' && table) return ok({ name, shelves: readModelsDev(table) })
  if (name === 'openrouter')
    return ok({ name, shelves: new Map([['openrouter', readOpenRouter(asArray(table?.data))]]) })
  return err(`it has the form of none of the tables that are known: ${TABLE_NAMES.join(', ')}`)
}

function readVendor(table: JsonObject, vendor: (typeof VENDORS)[number]): Map<string, Fact> {
  const listed = readLitellm(table, vendor)
  return vendor.complete?.(listed) ?? listed
}

function formOf(json: Json, table: JsonObject | undefined): TableName | undefined {
  if (!table) return asArray(json).some((each) => asObject(each)?.models) ? 'genai-prices' : undefined
  if (asArray(table.data).some((each) => asObject(asObject(each)?.pricing))) return 'openrouter'
  const entries = Object.values(table).map(asObject)
  if (entries.some((each) => each?.litellm_provider !== undefined)) return 'litellm'
  return entries.some((each) => asObject(each?.models)) ? 'models.dev' : undefined
}
