/** What an embedding model gave through the binding -> a reply in OpenAI's form. */

import { asArray, asNumber, asObject, type Json, type JsonObject } from '../../ground/json.ts'

/** `{shape, data}` becomes OpenAI's list. Tokens are not told, so there is no `usage`. Undefined when there are no vectors. */
export function embeddingsReply(result: JsonObject, model: string, base64: boolean): JsonObject | undefined {
  if (!Array.isArray(result.data)) return undefined
  const data = asArray(result.data).map((item, index) => {
    const vector = asArray(asObject(item)?.embedding ?? item)
    return { object: 'embedding', index, embedding: base64 ? base64Of(vector) : vector }
  })
  const usage = asObject(result.usage)
  return { object: 'list', data, model, ...(usage && { usage }) }
}

/** Little-endian 32-bit floats, as OpenAI sends them. */
function base64Of(vector: readonly Json[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4))
  for (const [at, value] of vector.entries()) view.setFloat32(at * 4, asNumber(value) ?? 0, true)
  let binary = ''
  for (const byte of new Uint8Array(view.buffer)) binary += String.fromCharCode(byte)
  return btoa(binary)
}
