/** Replays recorded tasks through the gateway: the provider's own bytes in its own format, the same vectors or counts in the others. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { type Json, type JsonObject, parseJson } from '../../../src/ground/json.ts'
import { findProvider } from '../../../src/providers/index.ts'
import type { TaskWireName } from '../../../src/wires/task-wire.ts'
import { optionsOf, SECRET_NAME } from '../bundle.ts'
import type { Difference } from '../compare.ts'
import { type RunningGateway, startGateway } from '../gateway.ts'
import type { Proven } from '../report.ts'
import { changedRequest } from '../requests.ts'
import { errorText, type Packed, TASK_FORMATS, type TaskAnswer, type TaskFormat } from './task-formats.ts'
import { TASK_WIRE_AT, type TaskRecording } from './task-recordings.ts'

/** Rows of the table without departures from the format. */
const PLAIN: Partial<Record<TaskWireName, string>> = {
  'openai-embeddings': 'openai',
  'cohere-embed': 'cohere',
  'gemini-embed': 'gemini',
  'gemini-batch-embed': 'gemini',
  'ollama-embed': 'ollama',
  'cohere-rerank': 'cohere',
  'openai-moderations': 'openai',
  'anthropic-count-tokens': 'anthropic',
  'openai-count-tokens': 'openai',
  'gemini-count-tokens': 'gemini',
  'bedrock-count-tokens': 'bedrock',
}

/** Vendors that do not put float32 into base64. */
const PACKED: Readonly<Record<string, Packed>> = { perplexity: 'int8', vllm: 'float64' }

/** The provider's own row where it has the format, else a plain one. */
function kindFor({ provider, wire }: TaskRecording): string {
  const row = findProvider(provider)
  const fits = row?.transport === 'http' && row.tasks?.some((door) => door.wire === wire && !door.models)
  return fits ? provider : (PLAIN[wire] ?? 'openai')
}

function nameOf(recording: TaskRecording): string {
  return `replay-${kindFor(recording).replace(/[^a-z0-9]/g, '-')}`
}

/** Bedrock counts for Claude's models only. */
function modelOf(recording: TaskRecording, run: number): string {
  return `${recording.wire === 'bedrock-count-tokens' ? 'anthropic.' : ''}${recording.id}.${run}`
}

export async function proveTasks(recordings: readonly TaskRecording[]): Promise<Proven[]> {
  const replay = await startReplay(recordings)
  const gateway = await startGateway((folder) => writeBundle(folder, recordings, replay.url))
  let runs = 0
  const proven: Proven[] = []
  try {
    for (const recording of recordings)
      proven.push({ exchange: recording, runs: await proveTask(recording, gateway, replay, () => ++runs) })
  } finally {
    await gateway.stop()
    await replay.close()
  }
  return proven
}

function writeBundle(folder: string, recordings: readonly TaskRecording[], url: string): void {
  mkdirSync(path.join(folder, 'routes'), { recursive: true })
  const names = new Map(recordings.map((recording) => [nameOf(recording), kindFor(recording)]))
  const providers = [...names].map(([name, kind]) => {
    const settings = { kind, base_url: url, api_key: `\${secret.${SECRET_NAME}}`, ...optionsOf(kind) }
    return `  ${name}: ${JSON.stringify(settings)}\n`
  })
  writeFileSync(path.join(folder, 'sluice.yml'), `bundle: prove-tasks\nproviders:\n${providers.join('')}`)
  for (const name of names.keys())
    writeFileSync(path.join(folder, 'routes', `${name}.yml`), `route: ${name}/*\ntargets: ["${name}/*"]\n`)
}

interface Asked {
  readonly text: string
  /** The format by the address that was asked. */
  readonly wire: TaskWireName | undefined
}

interface Replay {
  readonly url: string
  take(run: number): Asked | undefined
  close(): Promise<void>
}

/** Answers with the recording that the model's name asks for, in the address or the body. */
async function startReplay(recordings: readonly TaskRecording[]): Promise<Replay> {
  const byId = new Map(recordings.map((recording) => [recording.id, recording]))
  const received = new Map<number, Asked>()
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const text = Buffer.concat(pieces).toString()
    const address = decodeURIComponent(request.url ?? '')
    const named = /([0-9a-f]{16})\.(\d+)/.exec(`${address} ${text}`)
    const recording = byId.get(named?.[1] ?? '')
    const wire = TASK_WIRE_AT.find(([at]) => at.test(address))?.[1]
    if (recording) received.set(Number(named?.[2]), { text, wire })
    response.writeHead(recording?.status ?? 599, { 'content-type': recording?.contentType ?? 'text/plain' })
    response.end(recording?.response ?? 'no such recording')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the replay server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    take: (run) => received.get(run),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function proveTask(
  recording: TaskRecording,
  gateway: RunningGateway,
  replay: Replay,
  nextRun: () => number,
): Promise<Proven['runs']> {
  const own = TASK_FORMATS.find(({ wire }) => wire === recording.wire)
  const runs: Proven['runs'][number][] = []
  const body = parseJson(recording.response.toString())
  const expected = own && body !== undefined && recording.status < 400 ? own.read(body, PACKED[recording.provider]) : {}
  for (const format of TASK_FORMATS.filter(({ group, path: at }) => at && group === own?.group)) {
    const run = nextRun()
    const model = `${nameOf(recording)}/${modelOf(recording, run)}`
    const isOwn = format.wire === recording.wire
    const question = isOwn
      ? ownRequest(recording, format, model, textsFor(expected))
      : format.least(model, textsFor(expected))
    if (!question) continue
    const through = await send(gateway, format, model, question)
    const asked = replay.take(run)
    // Of the formats a provider speaks the gateway chose another than the recorded one: this recording proves nothing of it.
    if (asked && asked.wire !== recording.wire) continue
    const differences = asked
      ? [
          ...(isOwn ? compareSame(recording, through, JSON.stringify(question), asked.text) : []),
          ...compareAnswer(recording, format, expected, through),
        ]
      : [
          {
            check: 'upstream request',
            detail: `the provider was never asked: ${through.bytes.toString().slice(0, 200)}`,
          },
        ]
    runs.push({ direction: isOwn ? 'same-wire' : format.wire, name: 'whole', differences })
  }
  return runs
}

function ownRequest(
  { request }: TaskRecording,
  format: TaskFormat,
  model: string,
  texts: readonly string[],
): JsonObject | undefined {
  if (!request) return format.least(model, texts)
  // Moderations may leave the model out; a recording is found by it.
  if (format.wire === 'openai-moderations') return { ...request, model }
  // A batch names its model in each part as well.
  return JSON.parse(JSON.stringify('model' in request ? { ...request, model } : request), (key, value) =>
    key === 'model' && typeof value === 'string' && value.startsWith('models/') ? `models/${model}` : value,
  )
}

/** One text for each vector that the recorded reply holds. */
function textsFor({ vectors }: TaskAnswer): string[] {
  return Array.from({ length: vectors?.length || 1 }, (_, index) => `Text ${index}.`)
}

interface Through {
  readonly status: number
  readonly bytes: Buffer
  readonly body: Json | undefined
}

async function send(
  { url, key }: RunningGateway,
  format: TaskFormat,
  model: string,
  body: JsonObject,
): Promise<Through> {
  const response = await fetch(`${url}${format.path?.(model) ?? ''}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  return { status: response.status, bytes, body: parseJson(bytes.toString()) }
}

function compareSame(recording: TaskRecording, through: Through, sent: string, received: string): Difference[] {
  if (recording.status >= 400) return []
  const differences: Difference[] = []
  // A batch names its model in each part as well.
  const plain = (text: string): string => text.replace(/"models\/[^"]*"/g, '"models/m"')
  const change = changedRequest(plain(sent), plain(received))
  if (change) differences.push({ check: 'upstream request', detail: change })
  if (!through.bytes.equals(recording.response))
    differences.push({ check: 'bytes', detail: `${through.status}: ${through.bytes.toString().slice(0, 160)}` })
  return differences
}

function compareAnswer(
  recording: TaskRecording,
  format: TaskFormat,
  expected: TaskAnswer,
  through: Through,
): Difference[] {
  if (recording.status >= 400) return compareError(recording, through)
  // What came through unchanged is packed as it was.
  const packed = through.bytes.equals(recording.response) ? PACKED[recording.provider] : undefined
  const got = through.body === undefined ? {} : format.read(through.body, packed)
  const same = got.tokens === expected.tokens && sameVectors(expected.vectors ?? [], got.vectors ?? [])
  return same ? [] : [{ check: 'answer', detail: `${through.status}: ${through.bytes.toString().slice(0, 200)}` }]
}

/** Equal to the precision of float32, in which some formats travel. */
function sameVectors(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      (vector, row) =>
        vector.length === b[row]?.length &&
        vector.every(
          (value, at) => Math.abs(value - (b[row]?.[at] ?? Number.NaN)) <= 1e-6 * Math.max(1, Math.abs(value)),
        ),
    )
  )
}

/** A refusal of the gateway's own credential is told as 502 (docs/decisions/003); the provider's words are kept. */
function compareError(recording: TaskRecording, through: Through): Difference[] {
  const allowed = [recording.status, ...([401, 403].includes(recording.status) ? [502] : [])]
  const message = errorText(parseJson(recording.response.toString()))
  const shown = errorText(through.body) ?? ''
  return [
    ...(allowed.includes(through.status)
      ? []
      : [{ check: 'error status', detail: `expected ${allowed.join(' or ')}, got ${through.status}` }]),
    ...(message && !shown.includes(message)
      ? [{ check: 'error message', detail: `expected "${message.slice(0, 160)}" within "${shown.slice(0, 200)}"` }]
      : []),
  ]
}
