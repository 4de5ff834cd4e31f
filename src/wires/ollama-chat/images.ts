/** Pictures, which this wire holds as bare base64 <-> the hub's image blocks. */

import type { ImageBlock } from '../../ground/chat-call.ts'
import { asArray, type Json } from '../../ground/json.ts'

/** How the base64 of each kind begins. */
const HEADS: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['Qk', 'image/bmp'],
]

/** The kind is read from the data, since it is not told; PNG when nothing is known of it. */
export function decodeImages(value: Json | undefined): ImageBlock[] {
  return asArray(value)
    .filter((data) => typeof data === 'string')
    .map((data) => ({ type: 'image', source: { kind: 'base64', mediaType: mediaTypeOf(data), data } }))
}

/** The base64 of a picture; undefined for one that lies elsewhere, which this wire cannot fetch. */
export function encodeImage({ source }: ImageBlock): string | undefined {
  return source.kind === 'base64' ? source.data : undefined
}

function mediaTypeOf(data: string): string {
  return HEADS.find(([head]) => data.startsWith(head))?.[1] ?? 'image/png'
}
