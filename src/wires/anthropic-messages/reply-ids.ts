/** Ids in replies: `msg_...` for the message and `toolu_...` for calls that came without a usable one. */

import { safeToolId } from './tool-ids.ts'

/** The upstream's id in this wire's dress: `chatcmpl-12` becomes `msg_12`; the fallback serves when there is none. */
export function messageId(id: string, fallback: string): string {
  const known = id || fallback
  return known.startsWith('msg_') ? known : `msg_${known.replace(/^[A-Za-z]+[-_]/, '')}`
}

/** Ids of the calls of one reply. Good ones stay, whatever their make; empty and repeated ones get one made of the message id. */
export class ReplyToolIds {
  readonly #used = new Set<string>()
  #count = 0

  next(id: string, message: string): string {
    const place = this.#count++
    let given = id
    for (let again = 0; given === '' || this.#used.has(given); again++)
      given = `toolu_${safeToolId(message.replace(/^msg_/, ''))}_${place}${again > 0 ? `_${again}` : ''}`
    this.#used.add(given)
    return given
  }
}
