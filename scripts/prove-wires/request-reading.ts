/** Compares a request with its translation by what a reader sees in both: the conversation, the tools, the settings. */

import { asObject, type JsonObject, parseJson } from '../../src/ground/json.ts'
import type { Difference } from './compare.ts'
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
  return { ...reading, turns: joined([...turns, ...calls]) }
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
  if (field === 'turns' || field === 'stop' || field === 'topP') return lacks.has(field)
  if ((field === 'tools' || field === 'system') && lacks.has('turns')) return true
  if (wire !== 'anthropic-messages') return false
  if (field === 'maxTokens') return asked.maxTokens === null && typeof got.maxTokens === 'number'
  return field === 'temperature' && asked.temperature === 1 && got.temperature === null
}
