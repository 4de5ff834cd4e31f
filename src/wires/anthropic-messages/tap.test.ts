import { describe, expect, it } from 'vitest'
import { patchRequest } from './patch-request.ts'
import { tap } from './tap.ts'

const started = '{"type":"message_start","message":{"model":"m","usage":{"input_tokens":3,"output_tokens":1}}}'
const finished = '{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}'

describe('tap', () => {
  it('reads usage, model and finish, and hides no event', () => {
    const seen = tap()
    expect(seen.event({ event: 'message_start', data: started })).toBe(false)
    // Not even parsed: this is no JSON.
    expect(seen.event({ event: 'content_block_delta', data: '{"message_' })).toBe(false)
    expect(seen.result()).toMatchObject({ complete: false, usage: { input: 3, output: 1 } })
    seen.event({ event: 'message_delta', data: finished })
    seen.event({ event: 'message_stop', data: '{"type":"message_stop"}' })
    seen.event({ event: 'data', data: '[DONE]' })
    expect(seen.result()).toEqual({ usage: { input: 3, output: 9 }, model: 'm', finish: 'tool-calls', complete: true })
  })

  it('reads events without names', () => {
    const seen = tap()
    seen.event({ event: '', data: started })
    seen.event({ event: '', data: '{"type":"content_block_delta","delta":{"type":"text_delta","text":"error"}}' })
    seen.event({ event: '', data: finished })
    expect(seen.result()).toMatchObject({ complete: true, usage: { input: 3, output: 9 } })
  })

  it('is not complete after an error inside the stream', () => {
    const seen = tap()
    seen.event({ event: 'message_start', data: started })
    seen.event({ event: 'error', data: '{"type":"error","error":{"type":"overloaded_error","message":"Busy"}}' })
    expect(seen.result()).toMatchObject({ complete: false, error: { kind: 'overloaded', message: 'Busy' } })
  })

  it('reads a whole body, and an error body', () => {
    const seen = tap()
    seen.body({ model: 'm', content: [], stop_reason: 'end_turn', usage: { input_tokens: 1, output_tokens: 2 } })
    expect(seen.result()).toEqual({ usage: { input: 1, output: 2 }, model: 'm', finish: 'stop', complete: true })
    const failed = tap()
    failed.body({ type: 'error', error: { type: 'api_error', message: 'm' } })
    expect(failed.result()).toMatchObject({ complete: false, error: { kind: 'upstream-error' } })
  })
})

describe('patchRequest', () => {
  it('changes the model alone when the limit is respected', () => {
    const body = { model: 'route', max_tokens: 10, messages: [] }
    expect(patchRequest(body, { model: 'm' })).toEqual({ fields: { model: 'm' }, askedUsage: false })
    expect(patchRequest(body, { model: 'm', maxOutputTokens: 20 }).fields).toEqual({ model: 'm' })
  })

  it('lowers or sets the limit, and a thinking budget with it', () => {
    const patch = { model: 'm', maxOutputTokens: 5000 }
    expect(patchRequest({ max_tokens: 9000 }, patch).fields).toEqual({ model: 'm', max_tokens: 5000 })
    expect(patchRequest({}, patch).fields).toEqual({ model: 'm', max_tokens: 5000 })
    const thinking = { type: 'enabled', budget_tokens: 8000, display: 'omitted' }
    expect(patchRequest({ max_tokens: 9000, thinking }, patch).fields.thinking).toEqual({
      ...thinking,
      budget_tokens: 4999,
    })
    const tiny = patchRequest({ max_tokens: 9000, thinking }, { model: 'm', maxOutputTokens: 500 })
    expect(tiny.fields.thinking).toEqual({ type: 'disabled' })
  })
})
