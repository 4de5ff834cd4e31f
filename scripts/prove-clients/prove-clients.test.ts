import { describe, expect, it } from 'vitest'
import { createExceptionList } from './exceptions.ts'
import { judge } from './report.ts'
import type { Outcome } from './run-checks.ts'
import { STAND_INS } from './stand-ins.ts'
import { CHAT_DIALECTS } from './upstream/dialects.ts'
import type { Say, Seen } from './upstream/exchange.ts'
import { play, SCENARIOS } from './upstream/scenario.ts'

const failed: Outcome = {
  client: 'openai chat',
  check: 'image input',
  upstream: 'cohere',
  passed: false,
  why: 'no image',
  stated: ['warnings: messages[0].content:dropped'],
  durationMs: 1,
}
const reason = 'The format has no room for pictures.'

describe('judge', () => {
  it('counts a failure that an exception explains and the gateway stated as not carried', () => {
    const list = createExceptionList([{ match: '*/image input/cohere', states: 'content:dropped', reason }])
    expect(judge([failed], list)[0]).toMatchObject({ verdict: 'not carried', reason })
    expect(list.unused()).toEqual([])
  })

  it('fails what the gateway lost in silence, whatever the exceptions say', () => {
    const list = createExceptionList([{ match: '*/image input/cohere', states: 'content:dropped', reason }])
    expect(judge([{ ...failed, stated: [] }], list)[0]?.verdict).toBe('failed')
    expect(list.unused()).toHaveLength(1)
  })

  it('fails what no exception names', () => {
    const list = createExceptionList([{ match: '*/image input/ollama', states: null, reason }])
    expect(judge([failed], list)[0]?.verdict).toBe('failed')
  })

  it('lets an exception for what passes stand unused, so that it is reported', () => {
    const list = createExceptionList([{ match: '*', states: null, reason }])
    expect(judge([{ ...failed, passed: true }], list)[0]?.verdict).toBe('passed')
    expect(list.unused()).toHaveLength(1)
  })
})

const asked: Seen = {
  model: 'text',
  streams: false,
  system: '',
  userText: 'Is the sluice open?',
  images: [],
  toolNames: ['get_weather', 'get_time', 'Bash'],
  forcedTool: undefined,
  calls: [],
  results: [],
  schema: true,
  thinkingAsked: true,
  proofs: [],
  maxTokens: undefined,
}

describe('scenarios', () => {
  it('each answers or refuses a request that has what it is about', () => {
    const needsPicture = ['image', 'document']
    for (const model of SCENARIOS.filter((name) => !needsPicture.includes(name)))
      expect(typeof play({ ...asked, model }), model).toBe('object')
  })

  it('complain when what they are about did not arrive', () => {
    expect(play({ ...asked, model: 'image' })).toBe('no image arrived')
    expect(play({ ...asked, model: 'tools', toolNames: [] })).toContain('not offered')
    expect(play({ ...asked, model: 'object', schema: undefined })).toContain('no JSON schema')
    expect(play({ ...asked, model: 'thinking', thinkingAsked: false })).toContain('not asked for')
    expect(play({ ...asked, model: 'thinking-tools', results: [{ callId: 'a', text: 'b' }] })).toContain(
      'did not come back',
    )
  })
})

describe('dialects', () => {
  const say: Say = { text: 'It is open.', finish: 'stop', usage: { input: 3, cached: 0, output: 2, reasoning: 0 } }

  it('every stand-in speaks its chat format', () => {
    for (const { id, dialect } of STAND_INS) {
      const names = (CHAT_DIALECTS[id] ?? []).map(({ name }) => name.replace('mistral-chat', 'openai-chat'))
      expect(names, id).toContain(dialect)
    }
  })

  it('a stream that breaks off ends in another way than one that does not', () => {
    for (const dialects of Object.values(CHAT_DIALECTS))
      for (const dialect of dialects) {
        const whole = dialect.stream(say, asked).at(-1)
        const broken = dialect.stream({ ...say, breaks: true }, asked).at(-1)
        expect(Buffer.from(broken ?? '').equals(Buffer.from(whole ?? '')), dialect.name).toBe(false)
      }
  })
})
