import { describe, expect, it } from 'vitest'
import { readKeys } from './read-keys.ts'

const URL_OF_CHAT = 'https://gateway.example/v1/chat/completions'

function read(headers: Record<string, string> | [string, string][], url = URL_OF_CHAT): string {
  const found = readKeys({ headers: new Headers(headers), url })
  return found.ok ? found.value : found.error.kind
}

describe('readKeys', () => {
  it('finds the key in the header of every SDK', () => {
    expect(read({ authorization: 'Bearer sk-1' })).toBe('sk-1')
    expect(read({ 'x-api-key': 'sk-1' })).toBe('sk-1')
    expect(read({ 'api-key': 'sk-1' })).toBe('sk-1')
    expect(read({ 'x-goog-api-key': 'sk-1' })).toBe('sk-1')
  })

  it('takes the scheme in any case and spaces around the key', () => {
    expect(read({ authorization: 'bearer sk-1' })).toBe('sk-1')
    expect(read({ authorization: 'BEARER   sk-1  ' })).toBe('sk-1')
    expect(read({ 'x-api-key': ' sk-1 ' })).toBe('sk-1')
  })

  it('takes the same key twice and refuses two different ones', () => {
    expect(read({ authorization: 'Bearer sk-1', 'x-api-key': 'sk-1' })).toBe('sk-1')
    expect(read({ authorization: 'Bearer sk-1', 'x-api-key': 'sk-2' })).toBe('invalid-request')
    expect(read({ 'api-key': 'sk-1', 'x-goog-api-key': 'sk-2' })).toBe('invalid-request')
  })

  it('ignores empty headers and says how to send a key when there is none', () => {
    expect(read({ authorization: '', 'x-api-key': 'sk-1' })).toBe('sk-1')
    const none = readKeys({ headers: new Headers(), url: URL_OF_CHAT })
    expect(none).toMatchObject({ ok: false, error: { kind: 'authentication', status: 401 } })
    expect(JSON.stringify(none)).toContain('Authorization: Bearer')
  })

  it('refuses other schemes, repeated headers and characters that no key has', () => {
    expect(read({ authorization: 'Basic c2s6MQ==' })).toBe('authentication')
    expect(read({ authorization: 'sk-1' })).toBe('authentication')
    expect(read({ authorization: 'Bearer' })).toBe('authentication')
    expect(read({ authorization: 'Bearer sk 1' })).toBe('authentication')
    expect(
      read([
        ['x-api-key', 'sk-1'],
        ['x-api-key', 'sk-1'],
      ]),
    ).toBe('authentication')
    expect(read({ 'x-api-key': 'sk-\u00fc' })).toBe('authentication')
    expect(read({ 'x-api-key': 'sk-\t1' })).toBe('authentication')
  })

  it("takes a key from the query on Google's paths alone, and from a WebSocket subprotocol", () => {
    expect(read({}, 'https://gateway.example/v1beta/models/a:generateContent?key=sk-1&alt=sse')).toBe('sk-1')
    expect(read({}, 'https://gateway.example/v1/chat/completions?key=sk-1')).toBe('authentication')
    expect(read({ 'sec-websocket-protocol': 'realtime, openai-insecure-api-key.sk-1, openai-beta.realtime-v1' })).toBe(
      'sk-1',
    )
    expect(read({ 'sec-websocket-protocol': 'realtime' })).toBe('authentication')
  })
})
