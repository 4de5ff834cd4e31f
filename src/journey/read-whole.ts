/** Reads a body to its end within a bound. */

/** The bytes, or undefined when there are more than `maxBytes` (the rest is not read). */
export async function readWhole(response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  if (!response.body) return new Uint8Array()
  return readRest((response.body as ReadableStream<Uint8Array>).getReader(), undefined, maxBytes)
}

/** Like `readWhole`, for a reader whose first chunk was already taken. */
export async function readRest(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  first: Uint8Array | undefined,
  maxBytes: number,
  onChunk: () => void = () => undefined,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = first ? [first] : []
  let length = first?.length ?? 0
  while (length <= maxBytes) {
    const { done, value } = await reader.read()
    if (done) return chunks.length === 1 && chunks[0] ? chunks[0] : join(chunks, length)
    onChunk()
    length += value.length
    chunks.push(value)
  }
  await reader.cancel()
  return undefined
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
