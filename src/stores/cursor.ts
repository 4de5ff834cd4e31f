/** Page cursors: the place of the last row shown, as text that callers pass back unread. */

export interface Place {
  readonly admittedAtMs: number
  readonly requestId: string
}

/** Thrown for a cursor that no store gave out. The message starts with `BadCursor`, which survives a remote call. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor'
  constructor() {
    super('BadCursor: the cursor is not one that an earlier page gave out')
  }
}

export function encodeCursor(place: Place): string {
  return btoa(`${place.admittedAtMs}.${place.requestId}`).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

/** Throws `BadCursor` for anything `encodeCursor` did not write. */
export function decodeCursor(cursor: string): Place {
  const match =
    /^[\w-]{4,400}$/.test(cursor) &&
    /^(\d{1,16})\.(req_[0-9A-Za-z]+_[0-9A-Za-z]+|adj_[0-9A-Za-z]+_[0-9A-Za-z]+_\d+)$/.exec(decodeBase64(cursor))
  if (!match) throw new BadCursor()
  const [, admittedAtMs = '', requestId = ''] = match
  return { admittedAtMs: Number(admittedAtMs), requestId }
}

function decodeBase64(text: string): string {
  try {
    return atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  } catch {
    return ''
  }
}
