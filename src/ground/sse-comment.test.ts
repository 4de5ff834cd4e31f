import { describe, expect, it } from 'vitest'
import { isComment } from './sse-comment.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('isComment', () => {
  it.each([': OPENROUTER PROCESSING\n\n', ':\n', ':a\r\n\r\n:b\r\n', '\n'])('takes %j for comments alone', (text) => {
    expect(isComment(bytes(text))).toBe(true)
  })

  it.each(['data: {}\n\n', ': a\n\ndata: {}\n\n', ': half a line', '', '{"a":1}', 'event: ping\n\n'])(
    'not %j',
    (text) => {
      expect(isComment(bytes(text))).toBe(false)
    },
  )
})
