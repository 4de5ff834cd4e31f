/** Comments of event streams, which servers and proxies send so that a connection is not taken for dead. */

const COLON = 0x3a
const NEWLINE = 0x0a
const RETURN = 0x0d

/** True when whole lines of comments, and empty ones, are all there is. Looks at one byte of a chunk that begins with data. */
export function isComment(chunk: Uint8Array): boolean {
  for (let index = 0; index < chunk.length; index++) {
    const byte = chunk[index]
    if (byte === COLON) {
      index = endOfLine(chunk, index)
      if (index < 0) return false // the line may go on in the next chunk
    } else if (byte !== NEWLINE && byte !== RETURN) return false
  }
  return chunk.length > 0
}

function endOfLine(chunk: Uint8Array, from: number): number {
  for (let index = from; index < chunk.length; index++)
    if (chunk[index] === NEWLINE || chunk[index] === RETURN) return index
  return -1
}
