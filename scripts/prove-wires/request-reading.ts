/** Compares a request with its translation by what a reader sees in both: the conversation, the tools, the settings. */

import { asObject, type JsonObject, parseJson } from '../../src/ground/json.ts'
import { clip, type Difference } from './compare.ts'
import type { Dialect } from './dialects/dialect.ts'
import { dialects } from './dialects/index.ts'
import type { RequestReading } from './dialects/request-reading.ts'
import type { Received } from './replay-server.ts'

const FIELDS = ['stream', 'system', 'turns', 'tools', 'maxTokens', 'temperature', 'topP', 'stop'] as const

/** Differences between what the app asked in its wire and what the provider was asked in another. */
export function compareTranslatedRequest(
  app: Dialect,
  sent: { readonly body: JsonObject; readonly stream: boolean },
  received: Received,
): Difference[] {
  if (received.wire === app.wire)
    return [{ check: 'upstream request', detail: `was sent on as ${app.wire}, nothing was translated` }]
  const provider = dialects[received.wire]
  const asked = tidy(app.readRequest(sent.body, sent.stream))
  const got = tidy(provider.readRequest(asObject(parseJson(received.text)) ?? {}, received.streams))
  const differences: Difference[] = []
  for (const field of FIELDS) {
    const [want, have] = [JSON.stringify(asked[field]), JSON.stringify(got[field])]
    if (want !== have && !isUnsayable(field, asked, got, provider))
      differences.push({
        check: `request ${field}`,
        detail: `the app asked ${clip(want, have)}, the provider got ${clip(have, want)}`,
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
  return { ...reading, turns: joined([...turns, ...calls]).map(compacted) }
}

/** A result that is an object may travel as the object or as its text. */
function compacted(line: string): string {
  const [start = ''] = /^result #\d+: (?=\{)/.exec(line) ?? []
  const value = start ? parseJson(line.slice(start.length)) : undefined
  return value === undefined ? line : start + JSON.stringify(value)
}

/** Many APIs want the roles to take turns: texts of one role in a row are one. */
function joined(lines: readonly string[]): string[] {
  const turns: string[] = []
  for (const line of lines) {
    const [role] = /^(?:user|assistant): /.exec(line) ?? []
    const last = turns.at(-1)
    if (role && last?.startsWith(role)) turns[turns.length - 1] = last + line.slice(role.length)
    else turns.push(line)
  }
  return turns
}

/** What the provider's format must be told, may leave unsaid, or has no place for: then the reply carries a warning. */
function isUnsayable(
  field: (typeof FIELDS)[number],
  asked: RequestReading,
  got: RequestReading,
  { wire, lacks }: Dialect,
): boolean {
  // Where a conversation must have a turn, one is made for it, of the system text if there is one.
  if (wire === 'anthropic-messages' || wire === 'bedrock-converse')
    if (asked.turns.length === 0 && (field === 'turns' || field === 'system')) return true
  // Newer Claude models take one of the two.
  if (wire === 'anthropic-messages' && field === 'topP' && asked.temperature !== null && got.topP === null) return true
  if (field === 'turns' || field === 'stop' || field === 'topP') return lacks.has(field)
  if ((field === 'tools' || field === 'system') && lacks.has('turns')) return true
  // One must be told a limit, the other would stop after 16 tokens.
  if (field === 'maxTokens' && (wire === 'anthropic-messages' || wire === 'openai-completions'))
    return asked.maxTokens === null && typeof got.maxTokens === 'number'
  return wire === 'anthropic-messages' && field === 'temperature' && asked.temperature === 1 && got.temperature === null
}
