/** Bounds calls that are one request and one reply: embeddings, rerank, pictures, sound. */

import { asArray, asString, type JsonObject } from '../../ground/json.ts'
import type { Usage } from '../../ground/usage.ts'
import type { TaskName } from '../../wires/task-wire.ts'
import { type CallBound, NO_OUTPUT } from './call-bound.ts'

/** The largest picture of the dearest quality, in tokens. */
const TOKENS_A_PICTURE = 10_000
const TOKENS_AN_IMAGE = 5000
/** Spoken text: sound tokens a character, on the high side. */
const SOUND_TOKENS_A_CHARACTER = 4
/** Sound at the lowest bit rate in use: bytes a second. */
const BYTES_A_SECOND = 1000
const SOUND_TOKENS_A_SECOND = 32
const WORDS_A_SECOND = 8
const DOCUMENTS_A_SEARCH = 100
/** Tokens of a piece of a document, and no token has less than a byte. */
const BYTES_A_PIECE = 500

/** `bytes`: of the whole body, files included. */
export function boundTask(task: TaskName, json: JsonObject, bytes: number): CallBound {
  return {
    inputTokens: inputOf(task, json, bytes),
    output: NO_OUTPUT,
    pieces: piecesOf(task, json, bytes),
    inputUnits: [],
    guessInput: () => (task === 'count-tokens' || task === 'moderations' ? 0 : Math.ceil(bytes / 4)),
  }
}

function inputOf(task: TaskName, json: JsonObject, bytes: number): number {
  if (task === 'count-tokens' || task === 'transcriptions' || task === 'translations') return 0
  // The query is read once more with each document.
  const query = task === 'rerank' ? asArray(json.documents).length * byteLength(asString(json.query) ?? '') : 0
  return bytes + query
}

/** Long documents are read, and billed, in pieces, each with the query before it. */
function documentsOf(json: JsonObject): number {
  const query = byteLength(asString(json.query) ?? '')
  const room = Math.max(1, BYTES_A_PIECE - query)
  return asArray(json.documents).reduce<number>(
    (sum, document) => sum + Math.max(1, Math.ceil(byteLength(JSON.stringify(document)) / room)),
    0,
  )
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

function piecesOf(task: TaskName, json: JsonObject, bytes: number): Usage {
  switch (task) {
    case 'embeddings':
    case 'moderations':
    case 'count-tokens':
      return {}
    case 'rerank':
      return { search: Math.ceil(documentsOf(json) / DOCUMENTS_A_SEARCH) + 1 }
    case 'images':
      return picturesOf(json)
    case 'image-edits':
      return { ...picturesOf(json), imageIn: TOKENS_AN_IMAGE * 16 }
    case 'speech':
      return { characters: bytes, audioOut: bytes * SOUND_TOKENS_A_CHARACTER }
    case 'transcriptions':
    case 'translations': {
      const seconds = Math.ceil(bytes / BYTES_A_SECOND)
      return {
        audioSeconds: seconds,
        audioIn: seconds * SOUND_TOKENS_A_SECOND,
        output: seconds * WORDS_A_SECOND,
        input: 1000,
      }
    }
  }
}

function picturesOf(json: JsonObject): Usage {
  const asked = Number(json.n ?? 1)
  const count = Number.isSafeInteger(asked) && asked > 0 ? asked : 1
  return { images: count, imageOut: count * TOKENS_A_PICTURE }
}
