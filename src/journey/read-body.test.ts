import { describe, expect, it } from 'vitest'
import { checkContentType, readBody } from './read-body.ts'

function request(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request('http://gateway/', { method: 'POST', body, headers })
}

/** A body without a declared length, in pieces. */
function pieces(...texts: string[]): Request {
  const stream = new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
  return new Request('http://gateway/', { method: 'POST', body: stream, duplex: 'half' } as RequestInit)
}

describe('readBody', () => {
  it('reads an object that comes in pieces, split inside a character', async () => {
    const bytes = new TextEncoder().encode('{"a":"é"}')
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, 7))
        controller.enqueue(bytes.slice(7))
        controller.close()
      },
    })
    const body = await readBody(
      new Request('http://x/', { method: 'POST', body: stream, duplex: 'half' } as RequestInit),
      100,
    )
    expect(body).toMatchObject({ ok: true, value: { json: { a: 'é' } } })
  })

  it('stops at the limit, declared or not', async () => {
    expect(await readBody(pieces('{"a":"', 'x'.repeat(50), 'x'.repeat(50), '"}'), 60)).toMatchObject({
      ok: false,
      error: { status: 413 },
    })
    const declared = request(`{"a":"${'x'.repeat(100)}"}`, { 'content-length': '108' })
    expect(await readBody(declared, 60)).toMatchObject({ ok: false, error: { status: 413 } })
  })

  it.each([
    ['{"a":', 'not valid JSON'],
    ['"text"', 'JSON object'],
    ['null', 'JSON object'],
    ['', 'not valid JSON'],
    ['{"a":1,"a":2}', 'twice'],
    ['{"a":NaN}', 'not valid JSON'],
  ])('refuses %s and says why', async (text, words) => {
    const body = await readBody(request(text), 100)
    expect(body.ok ? '' : body.error.message).toContain(words)
  })

  it('leaves Object.prototype alone', async () => {
    const body = await readBody(
      request('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
      1000,
    )
    expect(body.ok).toBe(true)
    expect('polluted' in {}).toBe(false)
  })
})

describe('checkContentType', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/vnd.api+json'])(
    'accepts %s',
    (type) => {
      expect(checkContentType(new Headers({ 'content-type': type }))).toBeUndefined()
    },
  )

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'multipart/form-data'])(
    'refuses %s',
    (type) => {
      expect(checkContentType(new Headers({ 'content-type': type }))).toMatchObject({ status: 415 })
    },
  )
})
