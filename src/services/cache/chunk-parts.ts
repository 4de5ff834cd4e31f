/** Cuts a whole reply's parts into pieces such as models send, so that apps which show text as it comes still do. */

import type { Part } from '../../ground/chat-reply.ts'

/** About six words. */
const PIECE_CHARACTERS = 32
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** The same parts with long texts in several deltas, cut between words where there are any and never inside a character. */
export function chunkParts(parts: readonly Part[]): Part[] {
  return parts.flatMap((part): Part[] => {
    switch (part.type) {
      case 'text-delta':
        if (part.logprobs) return [part]
        return pieces(part.text).map((text) => ({ ...part, text }))
      case 'reasoning-delta':
        return pieces(part.text).map((text) => ({ ...part, text }))
      case 'tool-call-delta':
        return pieces(part.arguments).map((piece) => ({ ...part, arguments: piece }))
      default:
        return [part]
    }
  })
}

/** Joined they are the text. */
function pieces(text: string): string[] {
  if (text.length <= PIECE_CHARACTERS) return [text]
  const output: string[] = []
  let piece = ''
  for (const word of text.match(/\s*\S+|\s+$/g) ?? []) {
    for (const part of word.length > PIECE_CHARACTERS ? cutWord(word) : [word]) {
      if (piece && piece.length + part.length > PIECE_CHARACTERS) {
        output.push(piece)
        piece = ''
      }
      piece += part
    }
  }
  if (piece) output.push(piece)
  return output
}

/** Languages without spaces, and long tokens. */
function cutWord(word: string): string[] {
  const output: string[] = []
  let piece = ''
  for (const { segment } of graphemes.segment(word)) {
    if (piece && piece.length + segment.length > PIECE_CHARACTERS) {
      output.push(piece)
      piece = ''
    }
    piece += segment
  }
  output.push(piece)
  return output
}
