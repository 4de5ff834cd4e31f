/** What the two Ollama wires make of replies of other wires. */

import { describe, expect, it } from 'vitest'
import type { ChatReply } from '../../ground/chat-reply.ts'
import { gatherParts } from '../../ground/gather.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { ollamaGenerate } from '../ollama-generate/index.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { ollamaChat } from './index.ts'
import { DEFAULTS, features, partsOf, sent, streamOf } from './streams.fixture.ts'

describe('replies of another wire', () => {
  const foreign: ChatReply = {
    id: 'msg_1',
    model: '',
    choices: [
      {
        content: [
          { type: 'reasoning', text: 'Hm', signature: 's' },
          { type: 'text', text: 'See.', citations: [{ url: 'https://example.com/' }] },
          { type: 'tool-call', id: 'toolu_1', name: 'now', arguments: '{}' },
          { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
        ],
        finish: 'tool-calls',
        rawFinish: 'tool_use',
      },
    ],
    usage: { input: 3, cacheRead: 4, output: 5, reasoning: 6 },
  }

  it('are shown as this API would', () => {
    const { value, warnings } = ollamaChat.encodeReply(foreign, DEFAULTS)
    expect(value).toEqual({
      model: 'x',
      created_at: '1970-01-01T00:00:07.000Z',
      message: {
        role: 'assistant',
        content: 'See.',
        thinking: 'Hm',
        images: ['AAAA'],
        tool_calls: [{ id: 'toolu_1', function: { index: 0, name: 'now', arguments: {} } }],
      },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 7,
      eval_count: 11,
    })
    expect(features(warnings)).toEqual(['citations:dropped', 'thinking.signature:dropped'])
    const stream = streamOf(ollamaChat, unfoldReply(foreign))
    const asOnce = ollamaChat.decodeReply(sent(value), quirks)
    const { content: streamed } = gatherParts(partsOf(ollamaChat, stream)).choices[0] ?? {}
    const { content: whole } = (asOnce.ok && asOnce.value.choices[0]) || {}
    expect(new Set(streamed)).toEqual(new Set(whole))
  })

  it('lose what a single prompt has no place for, and say so', () => {
    const { warnings } = ollamaGenerate.encodeReply(foreign, DEFAULTS)
    expect(features(warnings)).toEqual([
      'citations:dropped',
      'images:dropped',
      'thinking.signature:dropped',
      'tool_calls:dropped',
    ])
    const encoder = ollamaGenerate.encodeStream({ includeUsage: true, ...DEFAULTS })
    encoder.push(unfoldReply(foreign))
    expect(features(encoder.warnings)).toEqual(features(warnings))
  })
})
