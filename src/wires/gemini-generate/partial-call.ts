/** A function call whose arguments come in pieces addressed by path (difference 29). */

import { asArray, asNumber, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'

const STEP = /\.([A-Za-z_$][\w$]*)|\[(\d+)\]|\['([^']*)'\]/g
/** Arguments of a real call are not deeper or longer; a hostile path must not fill memory. */
const MAX_DEPTH = 50
const MAX_INDEX = 10_000

export class PartialCall {
  readonly id: string | undefined
  readonly name: string
  readonly #arguments: JsonObject

  /** `given`: arguments that came whole before the pieces. */
  constructor(name: string, id: string | undefined, given: JsonObject = {}) {
    this.name = name
    this.id = id
    this.#arguments = structuredClone(given)
  }

  /** Takes the pieces of one chunk. */
  take(pieces: Json | undefined): void {
    for (const entry of asArray(pieces)) {
      const piece = asObject(entry)
      const value = piece && pieceValue(piece)
      if (piece && value !== undefined) this.#set(stepsOf(asString(piece.jsonPath) ?? ''), value)
    }
  }

  /** JSON text of what has come. */
  text(): string {
    return JSON.stringify(this.#arguments)
  }

  /** Text that comes again at one place goes on there. */
  #set(steps: readonly (string | number)[], value: Json): void {
    if (steps.length === 0 || steps.length > MAX_DEPTH) return
    let at: Json[] | JsonObject = this.#arguments
    for (const [depth, step] of steps.entries()) {
      const last = depth === steps.length - 1
      const known: Json | undefined = read(at, step)
      if (last) {
        write(at, step, typeof known === 'string' && typeof value === 'string' ? known + value : value)
        return
      }
      const next: Json[] | JsonObject =
        Array.isArray(known) || isObject(known) ? known : typeof steps[depth + 1] === 'number' ? [] : {}
      if (next !== known) write(at, step, next)
      at = next
    }
  }
}

function pieceValue(piece: JsonObject): Json | undefined {
  if (typeof piece.stringValue === 'string') return piece.stringValue
  const number = asNumber(piece.numberValue)
  if (number !== undefined) return number
  if (typeof piece.boolValue === 'boolean') return piece.boolValue
  return 'nullValue' in piece ? null : undefined
}

/** `$.a.b[0]` -> `a`, `b`, 0. */
function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(STEP)].map(([, name, index, quoted]) =>
    index === undefined ? (name ?? quoted ?? '') : Math.min(Number(index), MAX_INDEX),
  )
}

function read(at: Json[] | JsonObject, step: string | number): Json | undefined {
  if (Array.isArray(at)) return typeof step === 'number' ? at[step] : undefined
  return Object.hasOwn(at, String(step)) ? at[String(step)] : undefined
}

function write(at: Json[] | JsonObject, step: string | number, value: Json): void {
  if (Array.isArray(at)) {
    if (typeof step !== 'number') return
    while (at.length < step) at.push(null)
    at[step] = value
    return
  }
  Object.defineProperty(at, String(step), { value, enumerable: true, configurable: true, writable: true })
}
