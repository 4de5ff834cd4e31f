import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../ground/json.ts'
import { decodeRequest } from './decode-request.ts'

const base: JsonObject = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }

function problemWith(fields: JsonObject) {
  const result = decodeRequest({ ...base, ...fields })
  return result.ok ? undefined : [result.error.kind, result.error.param]
}

describe('decodeRequest', () => {
  it.each<[string, JsonObject]>([
    ['model', { model: 3 }],
    ['model', { model: '' }],
    ['messages', { messages: undefined }],
    ['messages', { messages: [] }],
    ['messages[0]', { messages: ['hi'] }],
    ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[0].content[1]', { messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, {}] }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    ['system', { system: 5 }],
    ['temperature', { temperature: 'hot' }],
    ['stop_sequences', { stop_sequences: [1] }],
    ['tools', { tools: {} }],
    ['tools[0].name', { tools: [{ input_schema: {} }] }],
    ['tool_choice.type', { tool_choice: { type: 'must' } }],
    ['tool_choice.name', { tool_choice: { type: 'tool' } }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: '1' } }],
    ['output_config.format', { output_config: { format: { type: 'xml' } } }],
    ['metadata.user_id', { metadata: { user_id: 1 } }],
  ])('names %s when it is wrong', (param, fields) => {
    expect(problemWith(fields)).toEqual(['invalid-request', param])
  })

  it('bears nulls and a missing max_tokens', () => {
    const nulls = { system: null, tools: null, tool_choice: null, thinking: null, stop_sequences: null, metadata: null }
    const result = decodeRequest({ ...base, ...nulls, max_tokens: undefined })
    expect(result).toMatchObject({ ok: true, value: { extras: { fields: {} } } })
    expect(result.ok && result.value.maxOutputTokens).toBeUndefined()
  })

  it('keeps thinking that is off beside an effort, and modes it does not know', () => {
    const reasoning = (fields: JsonObject) => {
      const result = decodeRequest({ ...base, ...fields })
      return result.ok ? [result.value.reasoning, result.value.extras?.fields] : undefined
    }
    expect(reasoning({ thinking: { type: 'disabled' }, output_config: { effort: 'high' } })).toEqual([
      { effort: 'none' },
      { 'output_config.effort': 'high' },
    ])
    expect(reasoning({ thinking: { type: 'between_tools' } })).toEqual([{}, { thinking: { type: 'between_tools' } }])
    expect(reasoning({ thinking: { type: 'adaptive', display: 'omitted' } })).toEqual([
      { adaptive: true },
      { 'thinking.display': 'omitted' },
    ])
  })
})
