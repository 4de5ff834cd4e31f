/** A cost report as a Parquet file. */

import { totalInput, totalOutput } from '../../ground/usage.ts'
import { type ParquetColumn, writeParquet } from './parquet/write-parquet.ts'
import { isUnknown, type ReportDocument, type ShownLine } from './report-document.ts'

/** The fields of the report as texts, then counts and money; what is unknown is null. */
export function reportParquet({ group_by, data }: ReportDocument): Uint8Array<ArrayBuffer> {
  const fields = group_by.map(
    (field): ParquetColumn => ({ name: field, kind: 'text', values: data.map((line) => line.group[field]) }),
  )
  const count = (name: string, values: readonly number[]): ParquetColumn => ({
    name,
    kind: 'count',
    values: values.map(BigInt),
  })
  return writeParquet([
    ...fields,
    count(
      'calls',
      data.map((line) => line.calls),
    ),
    count(
      'unknown_cost_calls',
      data.map((line) => line.unknownCostCalls),
    ),
    count(
      'input_tokens',
      data.map((line) => totalInput(line.usage)),
    ),
    count(
      'output_tokens',
      data.map((line) => totalOutput(line.usage)),
    ),
    dollars('cost_usd', data, 'costNano'),
    dollars('list_usd', data, 'listNano'),
  ])
}

function dollars(name: string, data: readonly ShownLine[], amount: 'costNano' | 'listNano'): ParquetColumn {
  return { name, kind: 'dollars', values: data.map((line) => (isUnknown(line) ? undefined : BigInt(line[amount]))) }
}
