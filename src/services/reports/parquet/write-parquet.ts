/** Writes a table as an Apache Parquet file: one row group, plain encoding, no compression. */

import { i32, i64, list, struct, type Thrift, text, varint } from './thrift.ts'

/**
 * A column and its values; undefined is null. `text`: UTF-8. `count`: 64-bit whole numbers. `dollars`: nano-dollars, stored as
 * DECIMAL(18, 9), which every engine shows as exact dollars.
 */
export type ParquetColumn =
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly (string | undefined)[] }
  | { readonly name: string; readonly kind: 'count' | 'dollars'; readonly values: readonly (bigint | undefined)[] }

const MAGIC = new TextEncoder().encode('PAR1')
const OPTIONAL = 1
const PLAIN = 0
const RLE = 3
const INT64 = 2
const BYTE_ARRAY = 6
/** 18 digits: what DECIMAL(18, 9) holds. */
const MOST_NANO = 10n ** 18n

interface Chunk {
  readonly column: ParquetColumn
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly offset: number
}

/** All columns have the same number of values. Throws a RangeError for a sum of a billion dollars or more. */
export function writeParquet(columns: readonly ParquetColumn[]): Uint8Array<ArrayBuffer> {
  const rows = columns[0]?.values.length ?? 0
  const chunks: Chunk[] = []
  let offset = MAGIC.length
  for (const column of rows > 0 ? columns : []) {
    if (column.values.length !== rows) throw new RangeError(`column ${column.name} has not ${rows} values`)
    const bytes = pageOf(column)
    chunks.push({ column, bytes, offset })
    offset += bytes.length
  }
  const footer = new Uint8Array(footerOf(columns, chunks, rows).bytes)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, footer.length, true)
  return joined([MAGIC, ...chunks.map((chunk) => chunk.bytes), footer, length, MAGIC])
}

/** A data page with its header: which values are there, then those values. */
function pageOf(column: ParquetColumn): Uint8Array<ArrayBuffer> {
  const levels = new Uint8Array(presence(column.values))
  const levelsLength = new Uint8Array(4)
  new DataView(levelsLength.buffer).setUint32(0, levels.length, true)
  const data = joined([levelsLength, levels, ...(column.kind === 'text' ? plainTexts(column) : [plainNumbers(column)])])
  const header = struct([
    [1, i32(0)], // a data page
    [2, i32(data.length)],
    [3, i32(data.length)],
    [
      5,
      struct([
        [1, i32(column.values.length)],
        [2, i32(PLAIN)],
        [3, i32(RLE)],
        [4, i32(RLE)],
      ]),
    ],
  ])
  return joined([new Uint8Array(header.bytes), data])
}

/** Runs of values that are there (1) or null (0). */
function presence(values: readonly unknown[]): number[] {
  const bytes: number[] = []
  for (let from = 0; from < values.length; ) {
    const there = values[from] !== undefined
    let until = from + 1
    while (until < values.length && (values[until] !== undefined) === there) until++
    bytes.push(...varint(BigInt(until - from) << 1n), there ? 1 : 0)
    from = until
  }
  return bytes
}

function plainTexts({ values }: { readonly values: readonly (string | undefined)[] }): Uint8Array[] {
  return values.flatMap((value) => {
    if (value === undefined) return []
    const bytes = new TextEncoder().encode(value)
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, bytes.length, true)
    return [length, bytes]
  })
}

function plainNumbers(column: ParquetColumn & { kind: 'count' | 'dollars' }): Uint8Array<ArrayBuffer> {
  const there = column.values.filter((value) => value !== undefined)
  const bytes = new Uint8Array(there.length * 8)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of there.entries()) {
    if (column.kind === 'dollars' && (value >= MOST_NANO || value <= -MOST_NANO))
      throw new RangeError(`column ${column.name} holds less than a billion dollars, not ${value} nano-dollars`)
    view.setBigInt64(index * 8, value, true)
  }
  return bytes
}

function footerOf(columns: readonly ParquetColumn[], chunks: readonly Chunk[], rows: number): Thrift {
  const size = chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0)
  const group = struct([
    [
      1,
      list(
        chunks.map((chunk) =>
          struct([
            [2, i64(chunk.offset)],
            [3, chunkMetadata(chunk)],
          ]),
        ),
      ),
    ],
    [2, i64(size)],
    [3, i64(rows)],
  ])
  return struct([
    [1, i32(1)],
    [
      2,
      list([
        struct([
          [4, text('schema')],
          [5, i32(columns.length)],
        ]),
        ...columns.map(schemaOf),
      ]),
    ],
    [3, i64(rows)],
    [4, list(rows > 0 ? [group] : [])],
    [6, text('sluice')],
  ])
}

function schemaOf({ name, kind }: ParquetColumn): Thrift {
  const common = [
    [1, i32(kind === 'text' ? BYTE_ARRAY : INT64)],
    [3, i32(OPTIONAL)],
    [4, text(name)],
  ] as const
  if (kind === 'count') return struct(common)
  if (kind === 'text') return struct([...common, [6, i32(0)], [10, struct([[1, struct([])]])]])
  const decimal = struct([
    [1, i32(9)],
    [2, i32(18)],
  ])
  return struct([...common, [6, i32(5)], [7, i32(9)], [8, i32(18)], [10, struct([[5, decimal]])]])
}

function chunkMetadata({ column, bytes, offset }: Chunk): Thrift {
  return struct([
    [1, i32(column.kind === 'text' ? BYTE_ARRAY : INT64)],
    [2, list([i32(PLAIN), i32(RLE)])],
    [3, list([text(column.name)])],
    [4, i32(0)], // not compressed
    [5, i64(column.values.length)],
    [6, i64(bytes.length)],
    [7, i64(bytes.length)],
    [9, i64(offset)],
  ])
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
