/** What the scripted upstream says to one call, piece by piece, and which usage each piece states. */

import type { CallPlan } from './plan.ts'

export interface Piece {
  readonly text: string
  /** The usage that whoever has read the whole piece knows of. */
  readonly states?: 'start' | 'final'
}

/** The lines of a reply. `usageWanted`: the request asked for usage in the stream, without which OpenAI's format has none. */
export function scriptOf(plan: CallPlan, usageWanted: boolean): readonly Piece[] {
  if (plan.upstreamWire === 'openai-chat') return plan.stream ? openAiStream(plan, usageWanted) : [openAiWhole(plan)]
  return plan.stream ? anthropicStream(plan) : [anthropicWhole(plan)]
}

const MODEL = 'model'

function openAiWhole({ words, usage }: CallPlan): Piece {
  const message = { role: 'assistant', content: wordsOf(words).join('') }
  const choices = [{ index: 0, message, finish_reason: 'stop', logprobs: null }]
  const body = { id: 'c', object: 'chat.completion', created: 1, model: MODEL, choices, usage: openAiUsage(usage) }
  return { text: JSON.stringify(body), states: 'final' }
}

function openAiStream({ words, usage }: CallPlan, usageWanted: boolean): Piece[] {
  const chunk = (fields: object): string =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: MODEL, ...fields })}\n\n`
  const delta = (content: object, finish: string | null): string =>
    chunk({ choices: [{ index: 0, delta: content, finish_reason: finish }] })
  return [
    ...wordsOf(words).map((content) => ({ text: delta({ role: 'assistant', content }, null) })),
    { text: delta({}, 'stop') },
    ...(usageWanted ? [{ text: chunk({ choices: [], usage: openAiUsage(usage) }), states: 'final' as const }] : []),
    { text: 'data: [DONE]\n\n' },
  ]
}

function openAiUsage({ input, output }: CallPlan['usage']): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
}

function anthropicWhole({ words, usage }: CallPlan): Piece {
  const content = [{ type: 'text', text: wordsOf(words).join('') }]
  const message = { ...anthropicMessage(content), stop_reason: 'end_turn', usage: anthropicUsage(usage) }
  return { text: JSON.stringify(message), states: 'final' }
}

function anthropicStream({ words, usage }: CallPlan): Piece[] {
  const event = (type: string, fields: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
  const message = { ...anthropicMessage([]), usage: { input_tokens: usage.input, output_tokens: 1 } }
  const said = wordsOf(words).map((text) => ({
    text: event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  }))
  const delta = { stop_reason: 'end_turn', stop_sequence: null }
  return [
    { text: event('message_start', { message }), states: 'start' },
    { text: event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) },
    ...said,
    { text: event('content_block_stop', { index: 0 }) },
    { text: event('message_delta', { delta, usage: { output_tokens: usage.output } }), states: 'final' },
    { text: event('message_stop', {}) },
  ]
}

function anthropicMessage(content: readonly object[]): object {
  return { id: 'm', type: 'message', role: 'assistant', model: MODEL, content, stop_reason: null, stop_sequence: null }
}

function anthropicUsage({ input, output }: CallPlan['usage']): object {
  return { input_tokens: input, output_tokens: output }
}

function wordsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `w${index} `)
}
