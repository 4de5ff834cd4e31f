/** Faults of whole answers: what is waited for, tried again, given to another target, or told the app. */

import { wordsOf } from '../fault-server/replies.ts'
import { count, type FaultCase, type Figure, quantile, share } from './fault-case.ts'
import { type FaultRig, FIRST_BYTE_MS } from './rig.ts'

const GOOD = wordsOf('a').join('')

/** A first 429 with that Retry-After. */
function busy(value: string, required: string, honoured: (waitedMs: number) => boolean): FaultCase {
  return {
    id: value === 'none' ? 'F03' : value === '1' ? 'F01' : 'F02',
    fault: value === 'none' ? '429 without Retry-After' : `429 with Retry-After: ${value}`,
    required,
    async run({ ask, fresh, server }, runs) {
      await goodDays(ask, fresh)
      let attempts = 0
      const times = Math.min(runs, 10)
      const good = await count(times, 10, async () => {
        const model = `busy:${encodeURIComponent(value)}:${fresh()}`
        const { status, text } = await ask(`a/${model}`)
        const [first, second] = server.asked(model)
        attempts += server.asked(model).length
        if (!first) return false
        if (!second) return status === 429 && text.includes('made-up trouble 429') && honoured(Number.POSITIVE_INFINITY)
        return status === 200 && text.includes(GOOD) && honoured(second.atMs - first.atMs)
      })
      return share(good, times, `, ${(attempts / times).toFixed(2)} requests a call`)
    },
  }
}

/** Retries may add a fifth to the load: after bad days, good calls must come first. */
async function goodDays(ask: FaultRig['ask'], fresh: FaultRig['fresh']): Promise<void> {
  await count(50, 8, async () => (await ask(`a/good:x:${fresh()}`)).status === 200)
}

function refusedAtOnce(waitedMs: number): boolean {
  return waitedMs === Number.POSITIVE_INFINITY
}

/** The same fault again and again, each at a fresh target; `check` looks at the answer. */
function each(
  id: string,
  fault: string,
  required: string,
  model: (name: string) => string,
  check: (answer: Awaited<ReturnType<FaultRig['ask']>>, upstream: { readonly asked: number }) => boolean,
  { stream = false, atOnce = 8, most = 200 } = {},
): FaultCase {
  return {
    id,
    fault,
    required,
    async run({ ask, fresh, server }, runs) {
      await goodDays(ask, fresh)
      const times: number[] = []
      const good = await count(Math.min(runs, most), atOnce, async () => {
        const name = model(fresh())
        const answer = await ask(name, { stream })
        times.push(answer.ms)
        return check(answer, { asked: server.asked(name.slice(name.indexOf('/') + 1)).length })
      })
      return share(good, Math.min(runs, most), `, p99 ${quantile(times, 0.99).toFixed(0)} ms`)
    },
  }
}

const isError = (status: number, words: string) => (answer: { status: number; text: string }) =>
  answer.status === status && answer.text.includes(words) && answer.text.includes('"error"')

const saved = (answer: { status: number; target: string }): boolean =>
  answer.status === 200 && answer.target.startsWith('b/')

const unreachable = ['gone', 'nameless', 'untrusted'] as const
const WHY = { gone: 'connection refused', nameless: 'DNS fails', untrusted: 'TLS fails' }

export const ANSWER_FAULTS: readonly FaultCase[] = [
  busy('1', 'asked again after a second, not before', (ms) => ms >= 990 && ms < 5000),
  busy('0', 'asked again at once', (ms) => ms < 5000),
  busy('-1', 'asked again with jitter', (ms) => ms < 5000),
  busy('1000000000', 'not waited for: the app gets the 429', refusedAtOnce),
  busy('soon, please', 'taken for none', (ms) => ms < 5000),
  busy(new Date(Date.now() + 3_600_000).toUTCString(), 'a date an hour away is not waited for', refusedAtOnce),
  busy('none', 'full jitter, at most 3 requests a call', (ms) => ms < 5000),
  ...[500, 502, 503, 504, 529].map((status) =>
    each(
      'F04',
      `${status} twice, then well`,
      'tried again before the first byte',
      (name) => `a/twice:${status}:${name}`,
      (answer, { asked }) => answer.status === 200 && asked === 3,
      { most: 3 },
    ),
  ),
  ...[500, 502, 503, 504, 529].map((status) =>
    each(
      'F04',
      `${status} always, another target`,
      'the other answers',
      (name) => `pair/always:${status}:${name}`,
      saved,
    ),
  ),
  ...[400, 404, 422].map((status) =>
    each(
      'F05',
      `${status}`,
      'not tried again, passed on',
      (name) => `a/always:${status}:${name}`,
      (answer, { asked }) => answer.status === status && asked === 1,
    ),
  ),
  each(
    'F06',
    '401 of one of two credentials',
    'the other is used; the refused one is left alone',
    (name) => `keys/bad-key:401:${name}`,
    (answer) => answer.status === 200,
  ),
  ...unreachable.map((name) =>
    each(
      'F07',
      WHY[name],
      '502 at once, no address in the text',
      () => name,
      (answer) => (answer.status === 502 || answer.status === 503) && !answer.text.includes('127.0.0.1'),
      { most: 5 },
    ),
  ),
  ...unreachable.map((name) =>
    each('F07', `${WHY[name]}, another target`, 'the other answers', () => `${name}-saved`, saved),
  ),
  each(
    'F08',
    'takes the connection, never answers',
    `504 after ${FIRST_BYTE_MS} ms`,
    (name) => `a/silent:x:${name}`,
    (answer) => answer.status === 504 && answer.ms < FIRST_BYTE_MS + 1500,
    { most: 20 },
  ),
  each('F08', 'never answers, another target', 'the other answers', (name) => `pair/silent:x:${name}`, saved, {
    most: 20,
  }),
  each(
    'F09',
    'headers, then silence',
    '504, another target would be tried',
    (name) => `a/head-then-silence:x:${name}`,
    (answer) => answer.status === 504,
    { most: 20, stream: true },
  ),
  each(
    'F09',
    'headers, then silence, another target',
    'the other answers',
    (name) => `pair/head-then-silence:x:${name}`,
    saved,
    { most: 20, stream: true },
  ),
  each(
    'F27',
    'HTML with status 200',
    '502 in the app’s format',
    (name) => `a/html:x:${name}`,
    isError(502, 'not JSON'),
  ),
  each('F27', 'HTML with status 200, another target', 'the other answers', (name) => `pair/html:x:${name}`, saved),
  each(
    'F27',
    'Content-Length longer than the body',
    '502',
    (name) => `a/short-body:x:${name}`,
    isError(502, 'before the reply was complete'),
  ),
  each(
    'F27',
    'Content-Encoding: gzip, and it is not',
    '502',
    (name) => `a/not-gzip:x:${name}`,
    isError(502, 'The provider'),
  ),
  each(
    'F27',
    'Content-Type: text/plain for JSON',
    'read all the same',
    (name) => `a/wrong-type:x:${name}`,
    (answer) => answer.status === 200 && answer.text.includes(GOOD),
  ),
  each(
    'F28',
    '200 with an error object',
    '502 with its words',
    (name) => `a/error-object:x:${name}`,
    isError(502, 'made-up error'),
  ),
  each(
    'F28',
    '200 with an error object, another target',
    'the other answers',
    (name) => `pair/error-object:x:${name}`,
    saved,
  ),
  each('F24', 'JSON that breaks off', '502', (name) => `a/bad-json:x:${name}`, isError(502, 'not JSON')),
  each('F29', '204', '502', (name) => `a/empty:x:${name}`, isError(502, 'The provider')),
  each('F29', '200 without a body', '502', (name) => `a/nothing:x:${name}`, isError(502, 'The provider')),
  each(
    'F30',
    'connections closed without a word between calls',
    'every call is answered',
    () => 'a/sudden-close:x:same',
    (answer) => answer.status === 200 && answer.text.includes(GOOD),
  ),
  {
    id: 'F04',
    fault: 'one of two providers down',
    required: 'success of at least 99.9 %',
    async run({ ask, fresh, server }, runs): Promise<Figure> {
      const calls = runs * 10
      server.forget()
      const good = await count(calls, 16, async () => (await ask(`half/${fresh()}`)).status === 200)
      const wasted = server.asked('always:500:half').length
      return {
        ok: good >= calls * 0.999,
        figure: `${((100 * good) / calls).toFixed(2)} % of ${calls}; ${wasted} requests to the one that is down`,
      }
    },
  },
  {
    id: 'F10',
    fault: 'everything fails, 1,000 calls and more',
    required: 'at most 1.2 requests a call',
    async run({ ask, fresh, server }, runs): Promise<Figure> {
      const calls = Math.max(200, runs * 10)
      const model = `always:503:${fresh()}`
      const times: number[] = []
      await count(calls, 32, async () => times.push((await ask(`a/${model}`)).ms) > 0)
      const attempts = server.asked(model).length / calls
      return { ok: attempts <= 1.2, figure: `${attempts.toFixed(3)} requests a call over ${calls}` }
    },
  },
  {
    id: 'F11',
    fault: 'everything down for a while',
    required: 'fast 503; one probe when the time has come',
    async run({ ask, fresh, server }): Promise<Figure> {
      const model = `always:500:${fresh()}`
      await count(10, 5, async () => (await ask(`once/${model}`)).status >= 500)
      const before = server.asked(model).length
      const times: number[] = []
      await count(200, 16, async () => times.push((await ask(`once/${model}`)).ms) > 0)
      const meanwhile = server.asked(model).length - before
      await new Promise((resolve) => setTimeout(resolve, 5200))
      await count(50, 50, async () => (await ask(`once/${model}`)).status >= 500)
      const probes = server.asked(model).length - before - meanwhile
      return {
        ok: meanwhile === 0 && probes === 1,
        figure: `${meanwhile} requests while open, ${probes} probe of 50 calls; p99 ${quantile(times, 0.99).toFixed(0)} ms`,
      }
    },
  },
]
