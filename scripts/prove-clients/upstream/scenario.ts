/** The scenarios: what the scripted model answers, chosen by the model's name. */

import type { JsonObject } from '../../../src/ground/json.ts'
import type { Refusal, SaidUsage, Say, Seen } from './exchange.ts'

export const SCENARIOS = [
  'text',
  'long',
  'tools',
  'parallel',
  'bare-tool',
  'object',
  'image',
  'document',
  'thinking',
  'thinking-tools',
  'shell',
  'error-429',
  'error-400',
  'error-401',
  'error-503',
  'error-529',
  'error-midstream',
] as const
export type Scenario = (typeof SCENARIOS)[number]

/** Holds characters of one to four bytes, so that a split inside one would show. */
export const TEXT = 'The sluice is open: naïve “quotes”, 水 and 🌊 come through.'
/** Two places to ask about; the second is hard on those who cut or escape JSON themselves. */
export const CITIES: readonly string[] = ['Paris', 'Tromsø "🌊"\\n']
/** What the model says before it calls two tools at once. */
const PREFACE = 'Let me look at both.'
export const THINKING = 'The gate should open first; then the water flows.'
export const PERSON: JsonObject = { name: 'Ada', age: 36 }
export const USAGE: SaidUsage = { input: 40, cached: 16, output: 12, reasoning: 0 }
export const THINKING_USAGE: SaidUsage = { input: 40, cached: 0, output: 32, reasoning: 20 }
export const RETRY_AFTER_SECONDS = 7

/** A picture of one red pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
)

/** A file that begins and ends as PDF does. */
export const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')

/** The scripted model's next turn. A string says what the scenario is about and did not arrive. */
export function play(seen: Seen): Say | Refusal | string {
  const scenario = seen.model
  switch (scenario) {
    case 'text':
      return seen.userText ? { text: TEXT, finish: 'stop', usage: USAGE } : 'there is no user message'
    case 'long':
      return { text: TEXT, finish: 'length', usage: USAGE }
    case 'tools':
    case 'parallel':
    case 'thinking-tools':
      return playTools(scenario, seen)
    case 'bare-tool':
      return playBareTool(seen)
    case 'shell':
      return playShell(seen)
    case 'object':
      return playObject(seen)
    case 'image':
      return playImage(seen)
    case 'document':
      return playDocument(seen)
    case 'thinking':
      return seen.thinkingAsked
        ? { thinking: THINKING, text: TEXT, finish: 'stop', usage: THINKING_USAGE }
        : 'thinking was not asked for'
    case 'error-midstream':
      return { text: TEXT, finish: 'stop', usage: USAGE, breaks: true }
    default:
      return refusals[scenario] ?? `there is no scenario "${scenario}"`
  }
}

function playTools(scenario: string, seen: Seen): Say | string {
  if (!seen.toolNames.includes('get_weather')) return 'the tool get_weather was not offered'
  const thinking = scenario === 'thinking-tools' ? { thinking: THINKING } : {}
  const usage = scenario === 'thinking-tools' ? THINKING_USAGE : USAGE
  const cities = scenario === 'parallel' ? CITIES : CITIES.slice(0, 1)
  if (seen.results.length === 0) {
    const calls = cities.map((city, index) => ({ id: `call_00000${index + 1}`, name: 'get_weather', input: { city } }))
    const preface = scenario === 'parallel' ? { text: PREFACE } : {}
    return { ...thinking, ...preface, calls, finish: 'tools', usage }
  }
  if (seen.results.length !== cities.length) return `expected ${cities.length} tool results, saw ${seen.results.length}`
  if (scenario === 'thinking-tools' && seen.proofs.length === 0) return 'the proof of the thinking did not come back'
  return { ...thinking, text: `Weather: ${seen.results.map(({ text }) => text).join(' and ')}`, finish: 'stop', usage }
}

/** What the shell must print for the scenario `shell`; the command itself does not hold it. */
export const SHELL_ANSWER = 'sluice-42'
const COMMAND = 'echo sluice-$((40+2))'

/** How command-line agents name their shell, and what it takes. */
const SHELLS: Readonly<Record<string, JsonObject>> = {
  Bash: { command: COMMAND, description: 'Asks the sluice' },
  exec_command: { cmd: COMMAND },
  shell_command: { command: COMMAND },
  shell: { command: ['bash', '-c', COMMAND] },
}

function playShell(seen: Seen): Say | string {
  const said = seen.results.find(({ text }) => text.includes(SHELL_ANSWER))
  if (said) return { text: `The shell said ${SHELL_ANSWER}. ${TEXT}`, finish: 'stop', usage: USAGE }
  if (seen.results.length > 0)
    return `the shell did not answer: ${seen.results
      .map(({ text }) => text)
      .join('; ')
      .slice(0, 300)}`
  const name = Object.keys(SHELLS).find((shell) => seen.toolNames.includes(shell))
  if (name === undefined) {
    // Agents also ask for titles and the like, without tools.
    return seen.toolNames.length
      ? `no shell among ${seen.toolNames.join(', ')}`
      : { text: TEXT, finish: 'stop', usage: USAGE }
  }
  return { calls: [{ id: 'call_000005', name, input: SHELLS[name] ?? {} }], finish: 'tools', usage: USAGE }
}

/** A call without arguments: an empty object in some formats, no text at all in some streams. */
function playBareTool(seen: Seen): Say | string {
  if (!seen.toolNames.includes('get_time')) return 'the tool get_time was not offered'
  const result = seen.results[0]
  if (result) return { text: `Time: ${result.text}`, finish: 'stop', usage: USAGE }
  return { calls: [{ id: 'call_000007', name: 'get_time', input: {} }], finish: 'tools', usage: USAGE }
}

function playObject(seen: Seen): Say | string {
  const forced = seen.forcedTool
  if (forced) {
    const name = forced === true ? seen.toolNames[0] : forced
    if (name === undefined) return 'a tool call was demanded but no tool offered'
    return { calls: [{ id: 'call_000009', name, input: PERSON }], finish: 'tools', usage: USAGE }
  }
  if (seen.schema === undefined) return 'no JSON schema was asked for'
  return { text: JSON.stringify(PERSON), finish: 'stop', usage: USAGE }
}

function playImage(seen: Seen): Say | string {
  const image = seen.images[0]
  if (!image) return 'no image arrived'
  if (!image.equals(PIXEL)) return `the image arrived changed: ${image.length} bytes`
  return { text: `An image of ${image.length} bytes.`, finish: 'stop', usage: USAGE }
}

function playDocument(seen: Seen): Say | string {
  const document = seen.documents?.[0]
  if (!document) return 'no document arrived'
  if (!document.equals(PDF)) return `the document arrived changed: ${document.length} bytes`
  return { text: `A document of ${document.length} bytes.`, finish: 'stop', usage: USAGE }
}

const refusals: Readonly<Record<string, Refusal>> = {
  'error-429': {
    status: 429,
    kind: 'rate-limit',
    message: 'Too many requests in this minute.',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  },
  'error-400': { status: 400, kind: 'bad-request', message: 'The temperature is out of range.' },
  'error-401': { status: 401, kind: 'credentials', message: 'The credential is not valid.' },
  'error-503': { status: 503, kind: 'overloaded', message: 'The service is unavailable.' },
  'error-529': { status: 529, kind: 'overloaded', message: 'The service is overloaded.' },
}
