/** What the Messages API demands of a request, as far as it can be checked without the provider. */

import { asArray, asObject, isObject, type Json, type JsonObject } from '../../src/ground/json.ts'

/** The rules a request body breaks, in words; empty when it is sendable. */
export function brokenRules(body: JsonObject): string[] {
  const broken: string[] = []
  const rule = (holds: boolean, text: string): void => {
    if (!holds) broken.push(text)
  }
  const messages = asArray(body.messages).filter(isObject)
  const blocks = messages.flatMap(({ content }) => blocksOf(content))
  const budget = Number(asObject(body.thinking)?.budget_tokens ?? 0)
  // 0 is allowed: it fills the prompt cache and answers nothing.
  rule(Number(body.max_tokens ?? -1) >= 0, 'max_tokens is there')
  rule(budget === 0 || Number(body.max_tokens) > budget, 'max_tokens is above the thinking budget')
  rule(budget === 0 || budget >= 1024, 'the thinking budget is 1024 or more')
  rule(Number(body.temperature ?? 0) <= 1, 'temperature is at most 1')
  rule(messages[0]?.role === 'user', 'the first message is from the user')
  rule(alternates(messages), 'roles alternate')
  rule(!messages.some(({ content }) => blocksOf(content).length === 0), 'no message is empty')
  rule(!blocks.some(({ type, text }) => type === 'text' && !String(text).trim()), 'no text is blank')
  const ids = blocks.flatMap((block) => (block.type === 'tool_use' ? [String(block.id)] : []))
  rule(new Set(ids).size === ids.length, 'tool ids are unique')
  rule(
    ids.every((id) => /^[a-zA-Z0-9_-]+$/.test(id)),
    'tool ids hold only letters, digits, _ and -',
  )
  rule(!blocks.some(({ type, input }) => type === 'tool_use' && !isObject(input)), 'tool input is an object')
  rule(!messages.some(({ content }) => lateResult(blocksOf(content))), 'tool results come first')
  rule(
    asArray(body.tools).every(
      (tool) => isObject(tool) && (tool.type || asObject(tool.input_schema)?.type === 'object'),
    ),
    'tool schemas are objects',
  )
  rule(!body.tool_choice || asArray(body.tools).length > 0, 'a tool choice comes with tools')
  return broken
}

/** All words of a request, in order of appearance, without regard to where they stand. */
export function wordsOf(body: JsonObject): string {
  const messages = asArray(body.messages).filter(isObject)
  return [body.system, ...messages.map(({ content }) => content)]
    .flatMap((content) => blocksOf(content))
    .flatMap((block) => (block.type === 'tool_result' ? blocksOf(block.content) : [block]))
    .map((block) => (block.type === 'text' ? String(block.text) : ''))
    .join('')
}

function blocksOf(content: Json | undefined): JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  return asArray(content).filter(isObject)
}

function alternates(messages: readonly JsonObject[]): boolean {
  return messages.every(({ role }, index) => index === 0 || role !== messages[index - 1]?.role)
}

function lateResult(blocks: readonly JsonObject[]): boolean {
  const last = blocks.findLastIndex(({ type }) => type === 'tool_result')
  return blocks.slice(0, Math.max(0, last)).some(({ type }) => type !== 'tool_result')
}
