/** Writes the compact Thrift protocol, in which Parquet keeps its metadata: as much of it as a plain table needs. */

/** A value with the type code that stands before it. */
export interface Thrift {
  readonly type: number
  readonly bytes: readonly number[]
}

/** A whole number of 32 bits. */
export function i32(value: number): Thrift {
  return { type: 5, bytes: zigzag(BigInt(value)) }
}

/** A whole number of 64 bits. */
export function i64(value: number): Thrift {
  return { type: 6, bytes: zigzag(BigInt(value)) }
}

/** A text as UTF-8 with its length before it. */
export function text(value: string): Thrift {
  const bytes = new TextEncoder().encode(value)
  return { type: 8, bytes: [...varint(BigInt(bytes.length)), ...bytes] }
}

/** Values of one type; an empty list needs the type said. */
export function list(items: readonly Thrift[], emptyType = 12): Thrift {
  const type = items[0]?.type ?? emptyType
  const head = items.length < 15 ? [(items.length << 4) | type] : [0xf0 | type, ...varint(BigInt(items.length))]
  return { type: 9, bytes: [...head, ...items.flatMap((item) => item.bytes)] }
}

/** Fields by ascending number, at most 15 apart; absent ones are left out. */
export function struct(fields: readonly (readonly [id: number, value: Thrift | undefined])[]): Thrift {
  const bytes: number[] = []
  let before = 0
  for (const [id, value] of fields) {
    if (!value) continue
    bytes.push(((id - before) << 4) | value.type, ...value.bytes)
    before = id
  }
  return { type: 12, bytes: [...bytes, 0] }
}

/** Seven bits a byte, the lowest first. */
export function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  return [...bytes, Number(rest)]
}

function zigzag(value: bigint): number[] {
  return varint(value < 0n ? -value * 2n - 1n : value * 2n)
}
