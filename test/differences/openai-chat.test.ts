/** Differences that apps and providers of OpenAI's chat format meet; each also against its recording where the corpus is. */

import { describe, expect, it } from 'vitest'
import { anthropicMessages } from '../../src/wires/anthropic-messages/index.ts'
import { openaiChat } from '../../src/wires/openai-chat/index.ts'
import { STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import { callsOf, chunks, hearStream, hearWhole, quirksOf, recorded, textOf, thinkingOf } from './read.ts'

const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm' }
const chunk = (delta: object, finish: string | null = null, more: object = {}) => ({
  ...head,
  choices: [{ index: 0, delta: { ...delta }, finish_reason: finish }],
  ...more,
})
const whole = (message: object, finish: string, more: object = {}) =>
  JSON.parse(
    JSON.stringify({
      id: 'c1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
      ...more,
    }),
  )
const call = (index: number, more: object) => chunk({ tool_calls: [{ index, ...more }] })

describe('framing', () => {
  it('difference 3: comment lines are no events', () => {
    const heard = hearStream(openaiChat, `: PROCESSING\n\n${chunks(chunk({ content: 'Hi' }), chunk({}, 'stop'))}`)
    expect(textOf(heard)).toBe('Hi')
    expect(heard.error).toBeUndefined()
    const real = recorded(3, openaiChat, quirksOf('openrouter'))
    if (real) expect(callsOf(real).length).toBeGreaterThan(0)
  })

  it('difference 5: blank lines before the first event are nothing', () => {
    expect(textOf(hearStream(openaiChat, `\n\n\n${chunks(chunk({ content: 'Hi' }, 'stop'))}`))).toBe('Hi')
    const real = recorded(5, openaiChat)
    if (real) expect([real.error, callsOf(real).length > 0]).toEqual([undefined, true])
  })

  it('difference 6: padding is never text, in the same format or another', () => {
    const heard = hearStream(
      openaiChat,
      chunks(chunk({ content: 'Hi' }, null, { obfuscation: 'XXXX', p: 'abcdef' }), chunk({}, 'stop')),
    )
    expect(textOf(heard)).toBe('Hi')
    const encoder = anthropicMessages.encodeStream({ includeUsage: true, model: 'm', id: 'x', createdSeconds: 0 })
    expect(encoder.push(heard.parts) + encoder.end()).not.toMatch(/XXXX|abcdef/)
    const real = recorded(6, openaiChat, quirksOf('mistral'))
    if (real) expect(JSON.stringify(real.parts)).not.toContain('"p":')
  })
})

describe('usage', () => {
  it('difference 11: a stream without usage has none, which is not zero', () => {
    const heard = hearStream(openaiChat, chunks(chunk({ content: 'Hi' }, 'stop')))
    expect([heard.reply.usage, heard.tapped.usage]).toEqual([undefined, undefined])
    const asked = hearStream(
      openaiChat,
      chunks(chunk({ content: 'Hi' }, 'stop'), {
        ...head,
        choices: [],
        usage: { prompt_tokens: 3, completion_tokens: 1 },
      }),
    )
    expect(asked.tapped.usage).toEqual({ input: 3, output: 1 })
    const real = recorded(11, openaiChat)
    if (real) expect([real.tapped.usage, real.tapped.complete]).toEqual([undefined, true])
  })

  it('difference 15: reasoning on top of completion tokens is counted on top', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 35,
      completion_tokens_details: { reasoning_tokens: 20 },
    }
    expect(hearWhole(openaiChat, whole({ content: 'Hi' }, 'stop', { usage }), quirksOf('xai')).tapped.usage).toEqual({
      input: 10,
      output: 5,
      reasoning: 20,
    })
    const inside = { ...usage, completion_tokens: 25, total_tokens: 35 }
    expect(hearWhole(openaiChat, whole({ content: 'Hi' }, 'stop', { usage: inside })).tapped.usage).toEqual({
      input: 10,
      output: 5,
      reasoning: 20,
    })
    const real = recorded(15, openaiChat, quirksOf('xai'))
    if (real) expect(real.tapped.usage?.reasoning).toBeGreaterThan(0)
  })

  it('difference 17: usage that is repeated is not summed', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
    const heard = hearStream(
      openaiChat,
      chunks(chunk({ content: 'Hi' }), chunk({}, 'stop', { x_groq: { usage }, usage }), {
        ...head,
        choices: [],
        usage,
      }),
    )
    expect([heard.tapped.usage, heard.reply.usage]).toEqual([
      { input: 10, output: 5 },
      { input: 10, output: 5 },
    ])
    const real = recorded(17, openaiChat, quirksOf('groq'))
    if (real) expect(real.tapped.usage).toEqual(real.reply.usage)
  })

  it('difference 18: usage on every chunk with a null until the last', () => {
    const usage = { prompt_tokens: 10, completion_tokens: null, total_tokens: 10, cache_read_input_tokens: 4 }
    const heard = hearStream(
      openaiChat,
      chunks(
        chunk({ content: 'Hi' }, null, { usage }),
        chunk({}, 'stop', { usage: { ...usage, completion_tokens: 5, total_tokens: 15 } }),
      ),
    )
    expect(heard.tapped.usage).toEqual({ input: 6, cacheRead: 4, output: 5 })
    const real = recorded(18, openaiChat)
    if (real) expect(real.tapped.usage?.output).toBeGreaterThan(0)
  })

  it('difference 19: cached tokens are found under every name', () => {
    for (const named of [
      { prompt_cache_hit_tokens: 4 },
      { cached_tokens: 4 },
      { prompt_tokens_details: { cached_tokens: 4 } },
    ]) {
      const usage = { prompt_tokens: 10, completion_tokens: 5, ...named }
      expect(hearWhole(openaiChat, whole({ content: 'Hi' }, 'stop', { usage })).tapped.usage).toEqual({
        input: 6,
        cacheRead: 4,
        output: 5,
      })
    }
  })

  it('difference 20: a finish reason repeated with the usage is one finish, and the billed cost is kept', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, cost: 0.00025, is_byok: false }
    const heard = hearStream(
      openaiChat,
      chunks(chunk({ content: 'Hi' }), chunk({}, 'stop'), chunk({ content: '' }, 'stop', { usage })),
    )
    expect(heard.parts.filter(({ type }) => type === 'choice-finish')).toHaveLength(1)
    expect(heard.tapped.billedNano).toBe(250_000n)
    const real = recorded(20, openaiChat, quirksOf('openrouter'))
    if (real) expect(real.parts.filter(({ type }) => type === 'choice-finish')).toHaveLength(1)
  })
})

describe('stop reasons', () => {
  it.each([
    ['stop', 'stop'],
    ['eos', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['content_filter', 'content-filter'],
    ['something_new', 'unknown'],
  ])('difference 22: %s is understood as %s', (word, finish) => {
    expect(hearWhole(openaiChat, whole({ content: 'Hi' }, word)).reply.choices[0]?.finish).toBe(finish)
  })

  it('difference 24: a refusal ends with "stop" and is a refusal all the same', () => {
    const heard = hearWhole(openaiChat, whole({ content: null, refusal: 'I cannot.' }, 'stop'))
    expect(heard.reply.choices[0]).toMatchObject({
      finish: 'refusal',
      content: [{ type: 'refusal', text: 'I cannot.' }],
    })
    const streamed = hearStream(
      openaiChat,
      chunks(chunk({ refusal: 'I can' }), chunk({ refusal: 'not.' }), chunk({}, 'stop')),
    )
    expect(streamed.reply.choices[0]?.content).toEqual([{ type: 'refusal', text: 'I cannot.' }])
    const real = recorded(24, openaiChat)
    if (real) expect(real.reply.choices[0]?.content.some(({ type }) => type === 'refusal')).toBe(true)
  })
})

describe('tools', () => {
  it('difference 25: arguments cut by the token limit arrive as they are', () => {
    const heard = hearStream(
      openaiChat,
      chunks(
        call(0, { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }),
        call(1, { id: 'b', type: 'function', function: { name: 'f', arguments: '{"x":' } }),
        chunk({}, 'length'),
      ),
    )
    expect(callsOf(heard).map((each) => each.arguments)).toEqual(['{"x":1}', '{"x":'])
    const real = recorded(25, openaiChat, quirksOf('deepseek'))
    if (real) expect(real.reply.choices[0]?.finish).toBe('length')
  })

  it('difference 26: ids survive, and are nine characters where they must be', () => {
    const id = 'functions.add:0'
    const heard = hearWhole(
      openaiChat,
      whole(
        { content: null, tool_calls: [{ id, type: 'function', function: { name: 'add', arguments: '{}' } }] },
        'tool_calls',
      ),
    )
    expect(callsOf(heard)[0]?.id).toBe(id)
    const history = {
      model: 'm',
      stream: false,
      messages: [
        { role: 'assistant' as const, content: [{ type: 'tool-call' as const, id, name: 'add', arguments: '{}' }] },
        {
          role: 'tool' as const,
          content: [{ type: 'tool-result' as const, id, content: [{ type: 'text' as const, text: '3' }] }],
        },
      ],
    }
    const { value } = openaiChat.encodeRequest(history, quirksOf('mistral'))
    const ids = [...JSON.stringify(value).matchAll(/"(?:tool_call_)?id":"([^"]+)"/g)].map(([, found]) => found)
    expect(ids).toHaveLength(2)
    expect(ids[0]).toMatch(/^[A-Za-z0-9]{9}$/)
    expect(ids[1]).toBe(ids[0])
  })

  it('difference 28: a call without its type is a call', () => {
    const heard = hearStream(
      openaiChat,
      chunks(
        chunk(
          { tool_calls: [{ index: 0, id: 'abcdefghi', function: { name: 'f', arguments: '{"x":1}' } }] },
          'tool_calls',
          { usage: { prompt_tokens: 1, completion_tokens: 1 } },
        ),
      ),
      quirksOf('mistral'),
    )
    expect(callsOf(heard)).toEqual([{ id: 'abcdefghi', name: 'f', arguments: '{"x":1}' }])
    const real = recorded(28, openaiChat, quirksOf('mistral'))
    if (real) expect(callsOf(real).length).toBeGreaterThan(1)
  })

  it('difference 40: ids that repeat in later turns keep calls and results together', () => {
    const turn = (text: string) => [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'functions.f:0', type: 'function', function: { name: 'f', arguments: `{"t":"${text}"}` } }],
      },
      { role: 'tool', tool_call_id: 'functions.f:0', content: text },
    ]
    const decoded = openaiChat.decodeRequest(
      JSON.parse(
        JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'q' }, ...turn('one'), ...turn('two')] }),
      ),
    )
    if (!decoded.ok) throw new Error(decoded.error.message)
    const { value } = anthropicMessages.encodeRequest({ ...decoded.value, maxOutputTokens: 10 }, STANDARD_QUIRKS)
    const ids = [...JSON.stringify(value).matchAll(/"(id|tool_use_id)":"([^"]+)"/g)].map(([, , found]) => found)
    expect(ids).toHaveLength(4)
    expect(ids[0]).toBe(ids[1])
    expect(ids[2]).toBe(ids[3])
  })
})

describe('reasoning', () => {
  it.each([
    ['reasoning_content', { reasoning_content: 'Hm.' }],
    ['reasoning', { reasoning: 'Hm.' }],
    ['thinking parts', { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] }],
  ])('difference 32: thinking is read from %s', (_, delta) => {
    expect(thinkingOf(hearStream(openaiChat, chunks(chunk(delta), chunk({ content: 'Hi' }), chunk({}, 'stop'))))).toBe(
      'Hm.',
    )
  })

  it('difference 32: thinking arrays of a recording', () => {
    const real = recorded(32, openaiChat, quirksOf('mistral'))
    if (real) expect(thinkingOf(real).length).toBeGreaterThan(10)
  })
})

describe('errors', () => {
  it.each([
    ['OpenAI', { error: { message: 'No.', type: 'x', param: null, code: null } }],
    ['Mistral', { object: 'error', message: 'No.', type: 'x', code: 1 }],
    ['Mistral, of the request', { detail: [{ msg: 'No.', loc: ['body'] }] }],
    ['xAI', { code: 'x', error: 'No.' }],
    ['Ollama', { error: 'No.' }],
    [
      'OpenRouter',
      { error: { code: 502, message: 'Provider returned error', metadata: { raw: '{"error":{"message":"No."}}' } } },
    ],
    ['Azure', { error: { code: '401', message: 'No.' } }],
    ['plain text', 'No.'],
  ])('difference 35: the sentence of %s is kept', (_, body) => {
    const { message } = openaiChat.decodeError(400, new Headers(), JSON.parse(JSON.stringify(body)))
    expect(message).toContain('No.')
  })

  it('difference 36: a bad key with status 400 is a refused credential', () => {
    const body = { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***ey.' }
    expect(openaiChat.decodeError(400, new Headers(), body).kind).toBe('upstream-credential')
  })

  it('difference 37: an error inside a stream is no success', () => {
    const error = {
      ...head,
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      error: { code: 502, message: 'MALFORMED_FUNCTION_CALL' },
    }
    const heard = hearStream(openaiChat, chunks(chunk({ content: 'Hi' }), JSON.parse(JSON.stringify(error))))
    expect(heard.error?.message).toContain('MALFORMED')
    expect(heard.tapped.complete).toBe(false)
    expect(heard.parts.some(({ type }) => type === 'reply-end')).toBe(false)
    const real = recorded(37, openaiChat, quirksOf('openrouter'))
    if (real) expect([real.error !== undefined, real.tapped.complete]).toEqual([true, false])
  })
})

describe('odd values', () => {
  it('difference 38: content that is an object is JSON text', () => {
    expect(JSON.parse(textOf(hearWhole(openaiChat, whole({ content: { name: 'Ada' } }, 'stop'))))).toEqual({
      name: 'Ada',
    })
    const real = recorded(38, openaiChat)
    if (real) expect(() => JSON.parse(textOf(real))).not.toThrow()
  })

  it('difference 41: a first chunk without a model names none', () => {
    const first = { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [] }
    const heard = hearStream(openaiChat, chunks(first, chunk({ content: 'Hi' }), chunk({}, 'stop')))
    expect([heard.tapped.model, heard.reply.model, heard.reply.id]).toEqual(['m', 'm', 'c1'])
    const real = recorded(41, openaiChat, quirksOf('azure'))
    if (real) expect(real.tapped.model).not.toBe('')
  })

  it('difference 42: messages that repeat are not doubled', () => {
    const repeated = (text: string, delta: string) => ({
      ...head,
      choices: [
        { index: 0, message: { role: 'assistant', content: text }, delta: { content: delta }, finish_reason: null },
      ],
    })
    const heard = hearStream(
      openaiChat,
      chunks(repeated('Hel', 'Hel'), repeated('Hello', 'lo'), chunk({}, 'stop')),
      quirksOf('perplexity'),
    )
    expect(textOf(heard)).toBe('Hello')
    const real = recorded(42, openaiChat)
    if (real) expect(textOf(real).length).toBeGreaterThan(0)
  })
})
