/** That two questions share a digest only if they are the same question. */

import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../src/ground/json.ts'
import { factsDigest } from '../../src/services/cache/cache-digest.ts'
import { chatQuestion } from '../../src/services/cache/chat-question.ts'
import { chatWires } from '../../src/wires/index.ts'

type Random = () => number

const BATCH = 500
const NAMES = ['a', 'ab', 'b', 'a1']

/** Half of the cases cut one text into facts at other places, half change one thing in a request. Gives what was found. */
export async function proveDigests(cases: number, random: Random): Promise<string[]> {
  const findings: string[] = []
  let [different, same] = [0, 0]
  for (let done = 0; done < cases; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, cases - done) }, (_, index) =>
      index % 2 === 0 ? factCase(random) : requestCase(random),
    )
    for (const { found, equal } of await Promise.all(batch)) {
      if (found) findings.push(found)
      if (equal) same++
      else different++
    }
  }
  console.log(`digests: ${different} pairs of different questions, ${same} of the same; ${findings.length} wrong`)
  return findings
}

interface Case {
  readonly found: string | undefined
  readonly equal: boolean
}

/** The same characters in other fields. */
async function factCase(random: Random): Promise<Case> {
  const text = Array.from({ length: 2 + below(random, 10) }, () => pick(random, ALPHABET)).join('')
  const [one, other] = [cut(text, random), cut(text, random)]
  return judge(one, other, await factsDigest(one), await factsDigest(other))
}

/** What digests are made of has brackets, colons, digits and quotes in it, so these try to pass for it. */
const ALPHABET = ['a', 'b', '1', '2', ':', '"', '\\', '[', ']', ',', '\u0000', '\ud800', '\udc00', 'é', ' ']

function cut(text: string, random: Random): string[] {
  const facts: string[] = ['']
  for (const character of text) {
    if (random() < 0.3) facts.push('')
    facts[facts.length - 1] += character
  }
  return facts
}

async function requestCase(random: Random): Promise<Case> {
  const one = request(random)
  const other = random() < 0.2 ? disguised(one) : changed(one, random)
  return judge(essence(one), essence(other), await idOf(one), await idOf(other))
}

interface Asked {
  readonly around: readonly string[]
  readonly body: JsonObject
}

async function idOf({ around, body }: Asked): Promise<string> {
  const call = chatWires['openai-chat'].decodeRequest(body)
  if (!call.ok) throw new Error(`a request that cannot be read: ${call.error.message} ${JSON.stringify(body)}`)
  return (await chatQuestion({ around, wire: 'openai-chat', body, call: call.value }, undefined)).id
}

function judge(one: unknown, other: unknown, oneId: string, otherId: string): Case {
  const equal = isDeepStrictEqual(one, other)
  const wrong = equal !== (oneId === otherId)
  const what = equal ? 'two digests for' : 'one digest for'
  return { equal, found: wrong ? `${what} ${JSON.stringify(one)} and ${JSON.stringify(other)}` : undefined }
}

function request(random: Random): Asked {
  const messages = Array.from({ length: 1 + below(random, 3) }, () => ({
    role: pick(random, ['system', 'user', 'assistant']),
    content: word(random),
  }))
  const body: JsonObject = { model: 'm', messages }
  if (random() < 0.5) body.temperature = below(random, 20) / 10
  if (random() < 0.5) body.max_tokens = 1 + below(random, 300)
  if (random() < 0.3) body.seed = below(random, 12)
  if (random() < 0.3) body.stop = Array.from({ length: 1 + below(random, 3) }, () => word(random))
  if (random() < 0.3) body.tools = [tool(pick(random, NAMES), word(random))]
  if (random() < 0.2) body[`x_${pick(random, ['a', 'b', 'ab'])}`] = word(random)
  return { around: [word(random), word(random), word(random)], body }
}

const tool = (name: string, description: string): JsonObject => ({
  type: 'function',
  function: { name, description, parameters: { type: 'object', properties: {} } },
})

/** The same question, sent in another way. */
function disguised({ around, body }: Asked): Asked {
  const fields = Object.entries(body).reverse()
  return { around, body: { ...Object.fromEntries(fields), stream: true, user: 'ann', metadata: { trace: '7' } } }
}

/** One character moved, one thing replaced, one border shifted; it may by chance come to the same. */
function changed({ around, body }: Asked, random: Random): Asked {
  const facts = [...around]
  const copy = structuredClone(body)
  const messages = copy.messages as { role: string; content: string }[] // as `request` writes them
  const at = below(random, messages.length)
  const message = messages[at]
  const next = messages[at + 1]
  switch (below(random, 9)) {
    case 0:
      moveBetween(facts, below(random, 2))
      break
    case 1:
      if (message && next) {
        next.content = `${message.content.slice(-1)}${next.content}`
        message.content = message.content.slice(0, -1)
      }
      break
    case 2:
      if (message)
        messages.splice(
          at,
          1,
          { ...message, content: message.content.slice(0, 1) },
          { ...message, content: message.content.slice(1) },
        )
      break
    case 3:
      if (message) message.role = pick(random, ['system', 'user', 'assistant'])
      break
    case 4:
      messages.reverse()
      break
    case 5:
      copy.temperature = below(random, 20) / 10
      break
    case 6:
      copy.stop = [((copy.stop as string[] | undefined) ?? ['ab']).join('')] // as `request` writes it
      break
    case 7:
      copy.tools = [tool(pick(random, NAMES), word(random))]
      break
    default:
      copy.x_a = word(random)
  }
  return { around: facts, body: copy }
}

function moveBetween(facts: string[], at: number): void {
  const [one = '', other = ''] = facts.slice(at, at + 2)
  facts.splice(at, 2, one.slice(0, -1), `${one.slice(-1)}${other}`)
}

/** What decides the answer, read from the request by other means than the digest's. */
function essence({ around, body }: Asked): unknown {
  const { stream, user, metadata, ...rest } = body
  return [around, rest]
}

function word(random: Random): string {
  return Array.from({ length: 1 + below(random, 4) }, () => pick(random, ALPHABET)).join('')
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit)
}

function pick<Value>(random: Random, list: readonly Value[]): Value {
  const value = list[below(random, list.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}
