import { describe, expect, it } from 'vitest'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { bedrockConverse as wire } from './index.ts'

describe('the same wire', () => {
  it('gives every field back as the client wrote it', () => {
    const body = {
      system: [{ text: 'S' }, { cachePoint: { type: 'default' } }],
      messages: [
        { role: 'user', content: [{ guardContent: { text: { text: 'G' } } }, { text: ' ' }] },
        { role: 'assistant', content: [{ toolUse: { toolUseId: 't', name: 'f', input: {} } }] },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 't', content: [{ json: { a: 1 } }], status: 'success' } }],
        },
      ],
      inferenceConfig: { maxTokens: 5, temperature: 1, topP: 0.5, stopSequences: [' '], newSetting: 1 },
      toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: {} } } }, { systemTool: { name: 's' } }] },
      additionalModelRequestFields: {
        thinking: { type: 'enabled', budget_tokens: 9 },
        top_k: 4,
        anthropic_beta: ['b'],
      },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1', trace: 'enabled' },
      promptVariables: { v: { text: 'x' } },
      performanceConfig: { latency: 'optimized' },
      requestMetadata: { team: 'ü' },
      serviceTier: { type: 'reserved' },
      outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"a":1}' } } } },
    }
    const call = wire.decodeRequest(body)
    if (!call.ok) throw new Error(call.error.message)
    expect(call.value).toMatchObject({
      model: '',
      stream: false,
      topK: 4,
      reasoning: { budgetTokens: 9 },
      serviceTier: 'reserved',
      format: { type: 'json-schema', schema: { a: 1 } },
    })
    expect(Object.keys(call.value.extras?.fields ?? {})).toEqual([
      'additionalModelResponseFieldPaths',
      'guardrailConfig',
      'promptVariables',
      'performanceConfig',
      'inferenceConfig.newSetting',
      'additionalModelRequestFields.anthropic_beta',
    ])
    expect(wire.encodeRequest(call.value, STANDARD_QUIRKS)).toEqual({ value: body, warnings: [] })
  })

  it('keeps the order of results and texts in a turn', () => {
    const content = [
      { text: 'A' },
      { toolResult: { toolUseId: 't', content: [{ text: 'R' }] } },
      { text: 'B' },
      { toolResult: { toolUseId: 'u', content: [{ text: 'S' }] } },
    ]
    const body = { messages: [{ role: 'user', content }] }
    const call = wire.decodeRequest(body)
    expect(call.ok && call.value.messages.map(({ role }) => role)).toEqual(['user', 'tool', 'user', 'tool'])
    expect(call.ok && wire.encodeRequest(call.value, STANDARD_QUIRKS).value).toEqual(body)
  })

  it('names the field that is wrong', () => {
    const wrong = (body: Parameters<typeof wire.decodeRequest>[0]) => {
      const call = wire.decodeRequest({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }], ...body })
      return call.ok ? undefined : call.error.param
    }
    expect(wrong({})).toBeUndefined()
    expect(wrong({ messages: 'x' })).toBe('messages')
    expect(wrong({ messages: [{ role: 'system', content: [] }] })).toBe('messages[0].role')
    expect(wrong({ messages: [{ role: 'user', content: 'Hi' }] })).toBe('messages[0].content')
    expect(wrong({ inferenceConfig: { maxTokens: '5' } })).toBe('inferenceConfig.maxTokens')
    expect(wrong({ toolConfig: { tools: [], toolChoice: { none: {} } } })).toBe('toolConfig.toolChoice')
    expect(wrong({ requestMetadata: { a: 1 } })).toBe('requestMetadata.a')
  })
})

describe('patchRequest', () => {
  it('lowers the limit, and a thinking budget with it; the model is in the URL', () => {
    const body = {
      inferenceConfig: { maxTokens: 9000, topP: 1 },
      additionalModelRequestFields: { reasoning_config: { type: 'enabled', budget_tokens: 8000 } },
    }
    const patch = (maxOutputTokens?: number) =>
      wire.patchRequest(
        body,
        { model: 'm', ...(maxOutputTokens !== undefined && { maxOutputTokens }) },
        STANDARD_QUIRKS,
      ).fields
    expect(patch()).toEqual({})
    expect(patch(10_000)).toEqual({})
    expect(patch(4000)).toEqual({
      inferenceConfig: { maxTokens: 4000, topP: 1 },
      additionalModelRequestFields: { reasoning_config: { type: 'enabled', budget_tokens: 3999 } },
    })
    expect(patch(500)).toMatchObject({ additionalModelRequestFields: { reasoning_config: { type: 'disabled' } } })
  })
})
