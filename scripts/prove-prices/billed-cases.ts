/** Every recording in which the provider says what it charged, and every row of the corpus's own list of them. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { asArray, asNumber, asObject, asString, type JsonObject, parseJson } from '../../src/ground/json.ts'
import { findProvider } from '../../src/providers/index.ts'
import { priceCall } from '../../src/services/pricing/price-call.ts'
import type { Case } from './case.ts'
import { type Read, type Reply, readReply, wireOf } from './read-reply.ts'

const META = '.meta.json'
const ROWS = 'cost-oracle.provider-billed.json'

/** Where the provider table has another word for the vendor of a recording. */
const SAME_VENDOR: Readonly<Record<string, string>> = { 'vercel-gateway': 'vercel' }

export interface BilledCases {
  readonly cases: readonly Case[]
  /** Recordings with no wire, no row in the provider table or another framing: none of them is compared. */
  readonly notRead: ReadonlyMap<string, number>
}

/** Prices are those in force at `atMs`. */
export function loadBilledCases(wireFolder: string, atMs: number): BilledCases {
  const listed = readList(path.join(wireFolder, ROWS))
  const cases: Case[] = []
  const notRead = new Map<string, number>()
  for (const entry of readdirSync(wireFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(META)) continue
    const meta = asObject(parseJson(readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))) ?? {}
    const recording = readRecording(entry.parentPath, meta)
    if (typeof recording === 'string') {
      notRead.set(recording, (notRead.get(recording) ?? 0) + 1)
      continue
    }
    const stated = listed.get(path.relative(wireFolder, recording.file))
    if (stated !== undefined || recording.read.billedNano !== undefined)
      cases.push(caseOf(meta, recording, { stated, atMs }))
  }
  return { cases, notRead }
}

/** The corpus's list of bills, in nano-dollars by file. Its paths begin with the part of the corpus that a row is in. */
function readList(file: string): ReadonlyMap<string, bigint> {
  if (!existsSync(file)) return new Map()
  const rows = asArray(parseJson(readFileSync(file, 'utf8'))).map((row) => asObject(row) ?? {})
  return new Map(
    rows.map((row) => [
      (asString(row.file) ?? '').replace(/^[^/]+\//, ''),
      BigInt(Math.round((asNumber(row.billed_usd) ?? 0) * 1e9)),
    ]),
  )
}

interface Recording {
  readonly provider: string
  readonly wire: string
  readonly file: string
  readonly read: Read
}

/** A word for why it cannot be read, or the recording. */
function readRecording(folder: string, meta: JsonObject): Recording | string {
  const vendor = asString(meta.provider) ?? ''
  const provider = SAME_VENDOR[vendor] ?? vendor
  const api = asString(meta.api) ?? ''
  const wire = wireOf(api)
  if (!wire) return `no wire for ${api}`
  if (!findProvider(provider)) return `no provider row for ${vendor}`
  const name = asString(asObject(meta.files)?.response) ?? ''
  const file = path.join(folder, name)
  const reply = replyOf(file)
  return reply ? { provider, wire, file, read: readReply(wire, provider, reply) } : `neither JSON nor events: ${api}`
}

function replyOf(file: string): Reply | undefined {
  if (file.endsWith('.stream.txt')) return { stream: readFileSync(file), framing: 'sse' }
  if (file.endsWith('.stream.ndjson')) return { stream: readFileSync(file), framing: 'ndjson' }
  if (file.endsWith('.stream.json')) return { stream: readFileSync(file), framing: 'json-array' }
  if (file.endsWith('.stream.bin')) return { stream: readFileSync(file), framing: 'aws-event-stream' }
  const body = file.endsWith('.json') ? parseJson(readFileSync(file, 'utf8')) : undefined
  return body === undefined ? undefined : { body }
}

function caseOf(
  meta: JsonObject,
  { provider, wire, read }: Recording,
  { stated, atMs }: { stated: bigint | undefined; atMs: number },
): Case {
  const serviceClass = read.serviceClass ?? 'standard'
  const model = read.model ?? asString(meta.model) ?? ''
  const { usage, searchContext, billedNano } = read
  return {
    oracle: 'billed',
    provider,
    wire,
    serviceClass,
    model,
    id: asString(meta.id) ?? '',
    statedNano: stated ?? billedNano ?? 0n,
    tappedNano: billedNano,
    isListed: stated !== undefined,
    ours: usage && priceCall({ provider, model, usage, serviceClass, atMs, searchContext }),
  }
}
