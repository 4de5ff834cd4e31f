/** Faults of streams: how they break, stall or are cut into pieces, and what the app then sees. */

import { parseJson } from '../../../src/ground/json.ts'
import { wordsOf } from '../fault-server/replies.ts'
import { count, type FaultCase, type Figure, said, share } from './fault-case.ts'
import type { FaultAnswer, FaultRig } from './rig.ts'

const GOOD = wordsOf('a').join('')
const OTHER = wordsOf('@b').join('')

type Check = (answer: FaultAnswer) => boolean

function stream(id: string, fault: string, required: string, model: string, check: Check, most = 100): FaultCase {
  return {
    id,
    fault,
    required,
    async run({ ask, fresh }, runs) {
      const times = Math.min(runs, most)
      const good = await count(times, 8, async () => check(await ask(`a/${model}:${fresh()}`, { stream: true })))
      return share(good, times)
    },
  }
}

const whole: Check = ({ status, text }) => status === 200 && said(text) === GOOD && text.trimEnd().endsWith('[DONE]')
/** It began, and ends in an error instead of the end mark. */
const broken: Check = ({ status, text }) =>
  status === 200 && GOOD.startsWith(said(text)) && text.includes('"error"') && !text.includes('[DONE]')

/** Cuts at random bytes: every call has one row, no stream is made of two, none is taken for complete. */
function cuts(fault: 'reset' | 'eof'): FaultCase {
  return {
    id: fault === 'reset' ? 'F14' : 'F15',
    fault: fault === 'reset' ? 'reset at a random byte of the stream' : 'clean end at a random byte of the stream',
    required: 'an error, never [DONE]; one row each; no stream made of two (F12)',
    async run(rig, runs): Promise<Figure> {
      const ids: string[] = []
      let mixed = 0
      let elsewhere = 0
      let complete = 0
      const good = await count(runs, 16, async () => {
        // A target beside it could answer; after the first byte it must not.
        const answer = await rig.ask(`pair/${fault}:x:${rig.fresh()}`, { stream: true })
        ids.push(answer.requestId)
        const words = said(answer.text)
        if (/a\d/.test(words) && /b\d/.test(words)) mixed++
        if (broken(answer)) return true
        // The system throws away what a reset connection had not read yet: then nothing had gone out, and the other target answered.
        if (words === OTHER) elsewhere++
        // All words and the reason to stop had come: only the usage was lost, and no half event is passed on.
        else if (words === GOOD && wholeLines(answer.text)) complete++
        else return false
        return true
      })
      const lost = await lostRows(rig, ids, ['error', 'incomplete', 'ok'])
      return {
        ok: good === runs && lost === 0 && mixed === 0,
        figure: `${good} of ${runs}; ${lost} rows lost, ${mixed} mixed (${elsewhere} answered by the other target before a byte had gone out, ${complete} cut after the last word)`,
      }
    },
  }
}

function wholeLines(text: string): boolean {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .every((line) => parseJson(line.slice(5)) !== undefined)
}

/** Calls without a row of such an outcome. */
export async function lostRows(rig: FaultRig, ids: readonly string[], outcomes: readonly string[]): Promise<number> {
  for (let look = 0; ; look++) {
    const rows = await rig.rows()
    const lost = ids.filter((id) => !outcomes.includes(rows.get(id)?.outcome ?? '')).length
    if (lost === 0 || look === 20) return lost
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

export const STREAM_CASES: readonly FaultCase[] = [
  cuts('reset'),
  cuts('eof'),
  stream('F16', 'one byte every 2 ms', 'the whole answer', 'drip:2', whole, 2),
  stream('F17', 'two words, then silence', 'an error after the idle time', 'stall:x', broken, 20),
  stream(
    'F17',
    'two words, then comments for ever',
    'comments are no data: an error after the idle time',
    'comments:x',
    broken,
    20,
  ),
  stream(
    'F18',
    'an error event in the stream',
    'told in the app’s format',
    'error-event:x',
    (answer) => broken(answer) && answer.text.includes('made-up overload'),
  ),
  {
    id: 'F18',
    fault: 'an error as the first event, another target',
    required: 'the other answers',
    async run({ ask, fresh }, runs) {
      const good = await count(runs, 8, async () => {
        const { status, text } = await ask(`pair/error-first:x:${fresh()}`, { stream: true })
        return status === 200 && said(text) === wordsOf('@b').join('')
      })
      return share(good, runs)
    },
  },
  stream(
    'F19',
    'lines that end in CR',
    'read as they are meant',
    'carriage-returns:x',
    ({ text }) => said(text) === GOOD,
  ),
  stream('F19', 'lines that end in CR LF', 'read as they are meant', 'both-line-ends:x', whole),
  stream(
    'F19',
    'a byte order mark',
    'read as it is meant',
    'byte-order-mark:x',
    ({ text }) => said(text.replace(/^\uFEFF/, '')) === GOOD,
  ),
  stream('F19', 'no space after the colon', 'read as it is meant', 'no-space:x', ({ text }) => said(text) === GOOD),
  stream('F19', 'comments, ids and retry times between events', 'read as they are meant', 'comments-between:x', whole),
  stream(
    'F19',
    'an event over several data lines',
    'passed on as it is',
    'many-data-lines:x',
    ({ status, text }) => status === 200 && text.includes('[DONE]'),
  ),
  stream(
    'F21',
    'letters of several bytes cut anywhere',
    'every letter whole',
    'split-letters:x',
    ({ text }) => said(text) === 'Grüße 世界 🙂🙃 नमस्ते ',
  ),
  stream(
    'F22',
    'a line of 20 MB',
    'cut with an error, or passed on; memory stays',
    'huge-line:20',
    ({ status, text }) => status === 200 && (text.includes('"error"') || text.includes('[DONE]')),
    2,
  ),
  {
    id: 'F23',
    fault: 'a million tiny events',
    required: 'all arrive',
    async run({ ask, fresh }) {
      const events = 1_000_000
      const { text, ms } = await ask(`a/tiny:${events}:${fresh()}`, { stream: true })
      const got = text.split('"content":"x"').length - 1
      return { ok: got === events && text.includes('[DONE]'), figure: `${got} in ${(ms / 1000).toFixed(1)} s` }
    },
  },
  stream(
    'F24',
    'an event that is no JSON',
    'passed on in the same format; the rest stands',
    'bad-event:5',
    ({ status, text }) => status === 200 && text.includes('oops') && text.includes('[DONE]'),
  ),
]
