/** Compares a request with its translation by what a reader sees in both: the conversation, the tools, the settings. */

import { asArray, asObject, asString, type Json, type JsonObject, parseJson } from '../../src/ground/json.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import type { Difference } from './compare.ts'
import type { Received } from './replay-server.ts'

/** What both wires can say about a request. */
interface RequestReading {
  stream: boolean
  system: string
  /** Text, calls and results in order, one line each; pictures and files as one word. */
  turns: string[]
  tools: string[]
  maxTokens: Json
  temperature: Json
  topP: Json
  stop: string[]
}

/** Differences between what the app asked in its wire and what the provider was asked in the other. */
export function compareTranslatedRequest(wire: ChatWireName, sent: JsonObject, received: Received): Difference[] {
  if (received.wire === wire)
    return [{ check: 'upstream request', detail: `was sent on as ${wire}, nothing was translated` }]
  const asked = tidy(read(wire, sent))
  const got = tidy(read(received.wire, asObject(parseJson(received.text)) ?? {}))
  const differences: Difference[] = []
  for (const field of ['stream', 'system', 'turns', 'tools', 'maxTokens', 'temperature', 'topP', 'stop'] as const) {
    const [want, have] = [JSON.stringify(asked[field]), JSON.stringify(got[field])]
    if (want !== have && !isRequired(field, asked, got, received.wire))
      differences.push({
        check: `request ${field}`,
        detail: `the app asked ${want.slice(0, 300)}, the provider got ${have.slice(0, 300)}`,
      })
  }
  return differences
}

/**
 * What the wires may say differently without a loss. OpenAI keeps an assistant's text apart from its calls, so their order
 * within a turn is not told: text first. Some vendors need ids of their own length: calls are numbered as they come.
 */
function tidy(reading: RequestReading): RequestReading {
  const numbers = new Map<string, string>()
  const numbered = reading.turns.map((line) =>
    line.replace(/^(call|result) ([^\s:]+)/, (_, word: string, id: string) => {
      const number = numbers.get(id) ?? `#${numbers.size + 1}`
      numbers.set(id, number)
      return `${word} ${number}`
    }),
  )
  const turns: string[] = []
  let calls: string[] = []
  for (const line of numbered) {
    if (line.startsWith('call ')) calls.push(line)
    else if (line.startsWith('assistant: ') && calls.length) turns.push(line)
    else {
      turns.push(...calls, line)
      calls = []
    }
  }
  return { ...reading, turns: [...turns, ...calls] }
}

/** The Messages API must be told a limit, and its own default temperature of 1 may be left unsaid. */
function isRequired(field: string, asked: RequestReading, got: RequestReading, upstream: ChatWireName): boolean {
  if (upstream !== 'anthropic-messages') return false
  if (field === 'maxTokens') return asked.maxTokens === null && typeof got.maxTokens === 'number'
  return field === 'temperature' && asked.temperature === 1 && got.temperature === null
}

function read(wire: ChatWireName, body: JsonObject): RequestReading {
  return wire === 'openai-chat' ? readOpenaiRequest(body) : readAnthropicRequest(body)
}

function readOpenaiRequest(body: JsonObject): RequestReading {
  const system: string[] = []
  const turns: string[] = []
  for (const json of asArray(body.messages)) {
    const message = asObject(json)
    const role = asString(message?.role) ?? ''
    if (role === 'system' || role === 'developer') system.push(textOf(message?.content))
    else if (role === 'tool') turns.push(`result ${asString(message?.tool_call_id)}: ${textOf(message?.content)}`)
    else {
      addContent(turns, role, message?.content)
      for (const call of asArray(message?.tool_calls)) {
        const called = asObject(asObject(call)?.function)
        turns.push(callLine(asObject(call)?.id, called?.name, parseJson(asString(called?.arguments) || '{}')))
      }
    }
  }
  return {
    stream: body.stream === true,
    system: system.join('\n'),
    turns,
    tools: asArray(body.tools).flatMap((tool) => asString(asObject(asObject(tool)?.function)?.name) ?? []),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
    temperature: body.temperature ?? null,
    topP: body.top_p ?? null,
    stop: typeof body.stop === 'string' ? [body.stop] : asArray(body.stop).flatMap((word) => asString(word) ?? []),
  }
}

function readAnthropicRequest(body: JsonObject): RequestReading {
  const turns: string[] = []
  for (const json of asArray(body.messages)) {
    const message = asObject(json)
    addContent(turns, asString(message?.role) ?? '', message?.content)
  }
  return {
    stream: body.stream === true,
    system: textOf(body.system),
    turns,
    tools: asArray(body.tools).flatMap((tool) => {
      const definition = asObject(tool)
      return definition?.input_schema === undefined ? [] : (asString(definition.name) ?? [])
    }),
    maxTokens: body.max_tokens ?? null,
    temperature: body.temperature ?? null,
    topP: body.top_p ?? null,
    stop: asArray(body.stop_sequences).flatMap((word) => asString(word) ?? []),
  }
}

/** Adds the lines of one message; text blocks that follow each other are one line, as one wire may join them. */
function addContent(turns: string[], role: string, content: Json | undefined): void {
  const texts: string[] = []
  for (const json of typeof content === 'string' ? [{ type: 'text', text: content }] : asArray(content)) {
    const block = asObject(json)
    if (block?.type === 'text') texts.push(asString(block.text) ?? '')
    else if (block?.type === 'tool_use') turns.push(callLine(block.id, block.name, block.input))
    else if (block?.type === 'tool_result')
      turns.push(`result ${asString(block.tool_use_id)}: ${textOf(block.content)}`)
  }
  const text = texts.join('')
  // White space alone says nothing, and the Messages API refuses it.
  if (text.trim()) turns.push(`${role}: ${text}`)
}

function callLine(id: Json | undefined, name: Json | undefined, input: Json | undefined): string {
  return `call ${String(id)} ${String(name)} ${JSON.stringify(input)}`
}

function textOf(content: Json | undefined): string {
  if (typeof content === 'string') return content
  return asArray(content)
    .map((block) => asString(asObject(block)?.text) ?? '')
    .join('')
}
