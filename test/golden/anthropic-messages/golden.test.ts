/** Runs the golden cases in this folder; `UPDATE_GOLDEN=1` writes what must come out anew, to be read before committing. */

import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ChatCall } from '../../../src/ground/chat-call.ts'
import type { Part } from '../../../src/ground/chat-reply.ts'
import type { JsonObject } from '../../../src/ground/json.ts'
import { SseParser } from '../../../src/ground/sse.ts'
import { anthropicMessages as wire } from '../../../src/wires/anthropic-messages/index.ts'
import { STANDARD_QUIRKS } from '../../../src/wires/quirks.ts'

const folder = import.meta.dirname
const names = (ending: string) => globSync(`${folder}/*${ending}`).map((path) => basename(path, ending))

function read(name: string): JsonObject {
  return JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))
}

function expectGolden(name: string, value: unknown): void {
  if (process.env.UPDATE_GOLDEN) writeFileSync(`${folder}/${name}`, `${JSON.stringify(value, null, 2)}\n`)
  expect(value).toEqual(read(name))
}

describe('golden cases', () => {
  it.each(names('.request.json'))('request %s', (name) => {
    const request = read(`${name}.request.json`)
    const call = wire.decodeRequest(request)
    if (!call.ok) throw new Error(call.error.message)
    expectGolden(`${name}.call.json`, call.value)
    expect(wire.encodeRequest(call.value, STANDARD_QUIRKS)).toEqual({ value: request, warnings: [] })
  })

  it.each(names('.reply.json'))('reply %s', (name) => {
    const reply = wire.decodeReply(read(`${name}.reply.json`), STANDARD_QUIRKS)
    if (!reply.ok) throw new Error(reply.error.message)
    expectGolden(`${name}.hub-reply.json`, reply.value)
    const back = wire.encodeReply(reply.value, { id: 'x', model: 'x', createdSeconds: 0 })
    expect(back).toEqual({ value: read(`${name}.reply.json`), warnings: [] })
  })

  it.each(names('.stream.txt'))('stream %s, whole and byte by byte', (name) => {
    const bytes = readFileSync(`${folder}/${name}.stream.txt`)
    expectGolden(`${name}.parts.json`, decode([bytes]))
    expect(decode([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(decode([bytes]))
  })

  it.each(names('.foreign-call.json'))('foreign call %s', (name) => {
    const call = read(`${name}.foreign-call.json`) as unknown as ChatCall // written to be one, in this folder
    const { value, warnings } = wire.encodeRequest(call, STANDARD_QUIRKS)
    expectGolden(`${name}.upstream.json`, { body: value, warnings })
  })
})

function decode(chunks: readonly Uint8Array[]): Part[] {
  const text = new TextDecoder()
  const parser = new SseParser()
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  const parts = chunks.flatMap((chunk) =>
    parser.push(text.decode(chunk, { stream: true })).flatMap((event) => decoder.push(event)),
  )
  return [...parts, ...parser.end().flatMap((event) => decoder.push(event)), ...decoder.end()]
}
