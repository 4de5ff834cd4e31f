/** Vectors as base64 of their bytes: little-endian 32-bit floats, and the two other layouts that vendors send. */

/** The vector as base64 of little-endian 32-bit floats; a number beyond their precision is rounded to the nearest. */
export function encodeVector(vector: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4))
  vector.forEach((value, index) => {
    view.setFloat32(index * 4, value, true)
  })
  return toBase64(new Uint8Array(view.buffer))
}

/** Undefined when the text is not base64 or its bytes are not whole numbers of the layout. */
export function decodeVector(text: string, layout: 'float32' | 'int8'): number[] | undefined {
  const bytes = fromBase64(text)
  if (!bytes) return undefined
  if (layout === 'int8') return Array.from(new Int8Array(bytes.buffer))
  if (bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer)
  const values: number[] = []
  if (holdsDoubles(view)) for (let at = 0; at < bytes.length; at += 8) values.push(view.getFloat64(at, true))
  else for (let at = 0; at < bytes.length; at += 4) values.push(view.getFloat32(at, true))
  return values
}

/** Shorter vectors prove nothing: real models have none this short. */
const FEWEST_BYTES_THAT_PROVE = 64 * 8

/**
 * Older vLLM writes 64-bit floats that were made from 32-bit ones (vllm/embeddings): the last 29 bits of each are zero,
 * which 32-bit floats would only show if every second one were zero or next to it.
 */
function holdsDoubles(view: DataView): boolean {
  if (view.byteLength < FEWEST_BYTES_THAT_PROVE || view.byteLength % 8 !== 0) return false
  let filled = 0
  for (let at = 0; at < view.byteLength; at += 8) {
    if ((view.getUint32(at, true) & 0x1fffffff) !== 0) return false
    if (view.getUint32(at + 4, true) !== 0) filled++
  }
  return filled > view.byteLength / 16
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    return undefined
  }
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** As many bytes as one call of `String.fromCharCode` surely takes as arguments. */
const CHUNK = 8192

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let from = 0; from < bytes.length; from += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(from, from + CHUNK))
  return btoa(binary)
}
