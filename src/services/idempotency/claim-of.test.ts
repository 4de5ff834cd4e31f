import { describe, expect, it } from 'vitest'
import { type AskedBody, type Caller, claimOf } from './claim-of.ts'

const CALLER: Caller = { organisation: 'org', team: 'blue', keyDigest: 'd1' }
const URL_ = 'http://gateway/v1/chat/completions'

function claim(
  options: {
    key?: string
    caller?: Partial<Caller>
    url?: string
    headers?: Record<string, string>
    body?: AskedBody
  } = {},
) {
  const { key = 'k', caller = {}, url = URL_, headers = {}, body = { text: '{"model":"a"}' } } = options
  return claimOf(key, { ...CALLER, ...caller }, { url, headers: new Headers(headers) }, body, 'req_a_1')
}

function form(fileBytes: string, name = 'talk.wav'): AskedBody {
  const data = new FormData()
  data.append('model', 'whisper')
  data.append('file', new File([fileBytes], name, { type: 'audio/wav' }))
  return { text: '', form: data }
}

describe('the claim of a call', () => {
  it('is the same for the same call and holds neither key nor request', async () => {
    const first = await claim({ key: 'customer-4711' })
    expect(await claim({ key: 'customer-4711' })).toEqual(first)
    expect(first.id).toMatch(/^[0-9a-f]{64}$/)
    expect(first.asked).toMatch(/^[0-9a-f]{64}$/)
    expect(first.holder).toBe('req_a_1')
  })

  it('is another one for another key, app key, team or organisation', async () => {
    const claims = await Promise.all([
      claim(),
      claim({ key: 'k2' }),
      claim({ caller: { keyDigest: 'd2' } }),
      claim({ caller: { team: 'red' } }),
      claim({ caller: { organisation: 'org2' } }),
      // Names that would join to the same text.
      claim({ caller: { organisation: 'org","blue' } }),
      claim({ caller: { team: 'blue","d1' } }),
    ])
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length)
  })

  it('asks for something else with another body, path, query or route', async () => {
    const claims = await Promise.all([
      claim(),
      claim({ body: { text: '{"model":"b"}' } }),
      claim({ url: 'http://gateway/v1/messages' }),
      claim({ url: `${URL_}?beta=true` }),
      claim({ headers: { 'x-sluice-route': 'kept' } }),
    ])
    expect(new Set(claims.map(({ asked }) => asked)).size).toBe(claims.length)
    expect(new Set(claims.map(({ id }) => id)).size).toBe(1)
  })

  it('does not mind where the key stands or under which host the gateway is called', async () => {
    const { asked } = await claim()
    expect((await claim({ url: `${URL_}?key=sk-sluice-x` })).asked).toBe(asked)
    expect((await claim({ url: 'https://other/v1/chat/completions' })).asked).toBe(asked)
  })

  it('knows a form by its fields and files, not by how it was written', async () => {
    const { asked } = await claim({ body: form('sound') })
    expect((await claim({ body: form('sound') })).asked).toBe(asked)
    expect((await claim({ body: form('noise') })).asked).not.toBe(asked)
    expect((await claim({ body: form('sound', 'other.wav') })).asked).not.toBe(asked)
    expect((await claim({ body: { text: '' } })).asked).not.toBe(asked)
  })
})
