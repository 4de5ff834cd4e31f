import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Part } from '../../ground/chat-reply.ts'
import { gatherParts } from '../../ground/gather.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { chunkParts } from './chunk-parts.ts'

const text = (words: string): Part => ({ type: 'text-delta', choice: 0, text: words })
const textsOf = (parts: readonly Part[]): string[] => parts.map((part) => ('text' in part ? part.text : ''))

describe('a kept reply as a stream', () => {
  it('comes in pieces of a few words', () => {
    const words = 'The quick brown fox jumps over the lazy dog, and then it goes to sleep.'
    const pieces = textsOf(chunkParts([text(words)]))
    expect(pieces.join('')).toBe(words)
    expect(pieces).toEqual(['The quick brown fox jumps over', ' the lazy dog, and then it goes', ' to sleep.'])
  })

  it('is not cut inside a character', () => {
    const pieces = textsOf(chunkParts([text('👩‍👩‍👧‍👦'.repeat(20))]))
    expect(pieces.length).toBeGreaterThan(1)
    for (const piece of pieces) expect(piece.replaceAll('👩‍👩‍👧‍👦', '')).toBe('')
  })

  it('cuts thinking and the arguments of tools too, and leaves short texts and log-probabilities whole', () => {
    const long = 'x '.repeat(40)
    expect(chunkParts([{ type: 'reasoning-delta', choice: 0, text: long }]).length).toBeGreaterThan(1)
    expect(chunkParts([{ type: 'tool-call-delta', choice: 0, index: 0, arguments: long }]).length).toBeGreaterThan(1)
    const probable: Part = { type: 'text-delta', choice: 0, text: long, logprobs: [] }
    expect(chunkParts([text(''), text('hi'), probable])).toEqual([text(''), text('hi'), probable])
  })

  it('says what the whole reply says', () => {
    const anyText = fc.string({ unit: 'grapheme', maxLength: 300 }).filter((words) => words !== '')
    fc.assert(
      fc.property(anyText, anyText, anyText, (said, thought, written) => {
        const reply = {
          id: 'a',
          model: 'm',
          choices: [
            {
              content: [
                { type: 'reasoning' as const, text: thought, signature: 's' },
                { type: 'text' as const, text: said },
                { type: 'tool-call' as const, id: 't', name: 'f', arguments: written },
              ],
              finish: 'tool-calls' as const,
            },
          ],
        }
        expect(gatherParts(chunkParts(unfoldReply(reply)))).toEqual(reply)
      }),
    )
  })
})
