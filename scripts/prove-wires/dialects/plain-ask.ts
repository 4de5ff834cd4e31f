/** Asks without an SDK, for formats whose SDK is not among the project's own dependencies: posts JSON, takes the reply apart. */

import { asObject, type Json, type JsonObject, parseJson } from '../../../src/ground/json.ts'
import { framesOf } from './frames.ts'

/** What an SDK would throw for an error that the server told. */
export class ToldError extends Error {
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.name = 'ToldError'
    this.status = status
  }
}

export type Pieces = 'json' | 'sse' | 'ndjson' | 'json-array' | 'aws'

/** Adds each object of the reply. `errorIn` finds the words of an error inside a reply that began well. */
export async function askPlainly(
  options: { url: string; headers: Record<string, string>; body: JsonObject; pieces: Pieces },
  fetch: typeof globalThis.fetch,
  objects: unknown[],
  errorIn: (object: JsonObject) => string | undefined,
): Promise<void> {
  const headers = { 'content-type': 'application/json', ...options.headers }
  const response = await fetch(options.url, { method: 'POST', headers, body: JSON.stringify(options.body) })
  const bytes = new Uint8Array(await response.arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  if (!response.ok) throw new ToldError(text, response.status)
  const type = response.headers.get('content-type') ?? ''
  const found =
    options.pieces === 'aws' && type.includes('eventstream')
      ? framesOf(bytes).map(({ name, value }) => ({ [name]: value }))
      : takeText(text, options.pieces, type)
  for (const object of found) {
    const said = asObject(object)
    const message = said ? errorIn(said) : `the reply holds ${JSON.stringify(object).slice(0, 80)}`
    if (message !== undefined) throw new ToldError(message, response.status)
    objects.push(object)
  }
}

function takeText(text: string, pieces: Pieces, type: string): Json[] {
  const trimmed = text.trim()
  if (pieces === 'ndjson') return trimmed.split('\n').map(parsed)
  if (pieces === 'sse' && !/json/.test(type)) return takeEvents(text)
  const whole = parsed(trimmed)
  return Array.isArray(whole) ? whole : [whole]
}

function takeEvents(text: string): Json[] {
  return text
    .split(/\r\n\r\n|\n\n|\r\r/)
    .map((block) =>
      block
        .split(/\r\n|\n|\r/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).replace(/^ /, ''))
        .join('\n'),
    )
    .filter((data) => data !== '' && data.trim() !== '[DONE]')
    .map(parsed)
}

function parsed(text: string): Json {
  const value = parseJson(text)
  if (value === undefined) throw new Error(`not JSON: ${text.slice(0, 80)}`)
  return value
}
