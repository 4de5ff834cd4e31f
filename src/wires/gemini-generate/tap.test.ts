/** What is read from replies of the gemini-generate wire that pass through unchanged. */

import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../ground/json.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { geminiGenerate as wire } from './index.ts'

const chunk = (candidate: JsonObject, more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { parts: [{ text: 'Hi' }] }, ...candidate }],
  modelVersion: 'gemini-x',
  responseId: 'r1',
  ...more,
})
const usage = (written: number, more: JsonObject = {}) => ({
  usageMetadata: { promptTokenCount: 7, candidatesTokenCount: written, ...more },
})

function tapped(...chunks: Json[]) {
  const tap = wire.tap(quirks, false)
  for (const each of chunks) expect(tap.event({ event: '', data: JSON.stringify(each) })).toBe(false)
  return tap.result()
}

function bodyTapped(body: Json) {
  const tap = wire.tap(quirks, false)
  tap.body(body)
  return tap.result()
}

describe('the tap', () => {
  it('reads a whole reply', () => {
    expect(bodyTapped(chunk({ finishReason: 'STOP' }, usage(5)))).toEqual({
      usage: { input: 7, output: 5 },
      model: 'gemini-x',
      finish: 'stop',
      replyId: 'r1',
      complete: true,
    })
  })

  it.each<[string, JsonObject[]]>([
    ['with the end', [chunk({}, usage(1)), chunk({}, usage(2)), chunk({ finishReason: 'STOP' }, usage(9))]],
    ['before the end', [chunk({}, usage(1)), chunk({}, usage(9)), chunk({ finishReason: 'STOP' })]],
    ['after the end', [chunk({}, usage(1)), chunk({ finishReason: 'STOP' }, usage(2)), usage(9)]],
    ['and was cut', [chunk({}, usage(1)), chunk({}, usage(9)), chunk({})]],
  ])('takes the last count of a stream that comes %s', (where, chunks) => {
    const { usage: counted, complete } = tapped(...chunks)
    expect(counted).toEqual({ input: 7, output: 9 })
    expect(complete).toBe(where !== 'and was cut')
  })

  // gemini/gemini-generate/tool-result/ellmer--testthat-google-tool--1 and 245 more say serviceTier.
  it.each<[JsonObject, string | undefined]>([
    [{ serviceTier: 'standard' }, 'standard'],
    [{ serviceTier: 'flex' }, 'flex'],
    [{ serviceTier: 'priority' }, 'priority'],
    [{ trafficType: 'ON_DEMAND' }, 'standard'],
    [{ trafficType: 'ON_DEMAND_FLEX' }, 'flex'],
    [{ trafficType: 'ON_DEMAND_PRIORITY' }, 'priority'],
    [{ trafficType: 'PROVISIONED_THROUGHPUT' }, undefined],
    [{ trafficType: 1 }, undefined],
    [{}, undefined],
  ])('reads the price class of %j', (said, serviceClass) => {
    const end = chunk({ finishReason: 'STOP' }, usage(5, said))
    expect(bodyTapped(end).serviceClass).toBe(serviceClass)
    expect(tapped(chunk({}), end).serviceClass).toBe(serviceClass)
  })

  it('tells calls from an answer, though both end with STOP, and sees them in any chunk', () => {
    const call = { candidates: [{ content: { parts: [{ functionCall: { name: 'f' } }] } }] }
    expect(tapped(chunk({}), call, chunk({}), chunk({ finishReason: 'STOP' })).finish).toBe('tool-calls')
  })

  it('sees errors that come inside a stream', () => {
    const error = { error: { code: 503, status: 'UNAVAILABLE', message: 'Later.' } }
    expect(tapped(chunk({}, usage(3)), error, chunk({ finishReason: 'STOP' }))).toMatchObject({
      usage: { input: 7, output: 3 },
      complete: false,
      error: { kind: 'unavailable' },
    })
    expect(tapped(chunk({}), chunk({ finishReason: 'MALFORMED_FUNCTION_CALL' }))).toMatchObject({
      complete: false,
      error: { code: 'MALFORMED_FUNCTION_CALL' },
    })
  })
})
