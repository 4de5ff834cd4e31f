/** Faults of apps: they hang up, read slowly, ask twice, ask all at once. */

import { wordsOf } from '../fault-server/replies.ts'
import { pause } from '../fault-server/server.ts'
import { count, type FaultCase, type Figure, quantile, share } from './fault-case.ts'
import type { FaultRig, RawApp } from './rig.ts'
import { lostRows } from './streams.ts'

const GOOD = wordsOf('a').join('')
const MOST_ABORT_MS = 100

/** How long the upstream went on after the app had hung up. */
async function abortTime(rig: FaultRig, model: string, leave: () => Promise<number>): Promise<number> {
  const leftAtMs = await leave()
  for (let look = 0; look < 300; look++) {
    const [asked] = rig.server.asked(model)
    if (asked?.abortedAtMs !== undefined) return Math.max(0, asked.abortedAtMs - leftAtMs)
    await pause(5)
  }
  return Number.POSITIVE_INFINITY
}

function gone(
  id: string,
  fault: string,
  behaviour: string,
  stream: boolean,
  wait: (app: RawApp) => Promise<void>,
): FaultCase {
  return {
    id,
    fault,
    required: `connection reset: upstream aborted within ${MOST_ABORT_MS} ms at the 99th percentile, one row each`,
    async run(rig, runs): Promise<Figure> {
      const times: number[] = []
      const models: string[] = []
      await count(runs, 4, async () => {
        const model = `${behaviour}:${rig.fresh()}`
        models.push(`a/${model}`)
        const time = await abortTime(rig, model, async () => {
          const app = rig.connect(`a/${model}`, stream)
          while (rig.server.asked(model).length === 0) await pause(1)
          await wait(app)
          app.reset()
          return performance.now()
        })
        times.push(time)
        return true
      })
      const lost = await lostRowsOf(rig, models)
      const p99 = quantile(times, 0.99)
      return {
        ok: p99 <= MOST_ABORT_MS && lost === 0,
        figure: `p99 ${p99.toFixed(0)} ms of ${runs}; ${lost} rows lost`,
      }
    },
  }
}

/** Calls that were given up have no reply whose id could be read: they are found by the model they asked for. */
async function lostRowsOf(rig: FaultRig, models: readonly string[]): Promise<number> {
  for (let look = 0; ; look++) {
    const rows = [...(await rig.rows()).values()]
    const lost = models.filter((model) => rows.filter((row) => row.requestedModel === model).length !== 1).length
    if (lost === 0 || look === 20) return lost
    await pause(250)
  }
}

export const CLIENT_CASES: readonly FaultCase[] = [
  gone('F31', 'the app leaves before the first byte of a stream', 'silent:x', true, async () => pause(5)),
  gone('F32', 'the app leaves in the middle of a stream', 'slow:5', true, async (app) => {
    await app.heard
    await pause(10)
  }),
  gone('F33', 'the app leaves while it waits for a whole answer', 'silent:y', false, async () => pause(5)),
  {
    id: 'F34',
    fault: 'an app that reads nothing of an endless stream',
    required: 'less than 1 MB a stream in the gateway’s memory',
    async run(rig, runs): Promise<Figure> {
      const readers = Math.min(20, Math.max(4, runs))
      const before = await residentBytes(rig)
      const leaving = new AbortController()
      const models = Array.from({ length: readers }, () => `endless:64:${rig.fresh()}`)
      for (const model of models) await rig.open(`a/${model}`, { stream: true, signal: leaving.signal })
      await pause(2000)
      const grown = ((await residentBytes(rig)) - before) / readers
      const sent = Math.max(...models.map((model) => rig.server.asked(model)[0]?.sent ?? 0))
      leaving.abort()
      return {
        ok: grown < 1_000_000 && sent < 64_000_000,
        figure: `${(grown / 1e6).toFixed(2)} MB of memory a stream over ${readers}; the upstream was held at ${(sent / 1e6).toFixed(1)} MB, socket buffers of the system included`,
      }
    },
  },
  {
    id: 'F35',
    fault: 'a hundred calls with the same idempotency key at once',
    required: 'one request upstream; the others wait, get the same answer or 409',
    async run({ ask, fresh, server }): Promise<Figure> {
      const model = `late:300:${fresh()}`
      const headers = { 'idempotency-key': `key-${fresh()}` }
      const statuses: number[] = []
      await count(100, 100, async () => statuses.push((await ask(`a/${model}`, { headers })).status) > 0)
      const asked = server.asked(model).length
      const answered = statuses.filter((status) => status === 200).length
      const told = statuses.filter((status) => status === 409).length
      return {
        ok: asked === 1 && answered >= 1 && answered + told === 100,
        figure: `${asked} request; ${answered} answered, ${told} times 409`,
      }
    },
  },
  {
    id: 'F53',
    fault: 'a thousand calls with the same prompt at once, on a route with a cache',
    required: 'one request upstream',
    async run({ ask, fresh, server }): Promise<Figure> {
      const model = `late:300:${fresh()}`
      const good = await count(1000, 200, async () => (await ask(`kept/${model}`)).text.includes(GOOD))
      const asked = server.asked(model).length
      return { ok: asked === 1 && good === 1000, figure: `${asked} request, ${good} of 1000 answered` }
    },
  },
  {
    id: 'F54',
    fault: 'one app calls as fast as it can, another now and then',
    required: 'the quiet one is always answered',
    async run({ ask, fresh, gateway, server }, runs): Promise<Figure> {
      const { key } = await gateway.admin<{ key: string }>('POST', '/admin/v1/keys', { role: 'app', team: 'default' })
      const headers = { authorization: `Bearer ${key}` }
      const troubles: string[] = []
      const quiet = async (): Promise<number[]> => {
        const times: number[] = []
        await count(Math.min(runs, 50), 1, async () => {
          const { status, ms, text } = await ask(`few/good:x:${fresh()}`, { headers })
          if (status === 200) times.push(ms)
          else troubles.push(`${status} ${text.slice(0, 200)}`)
          await pause(150)
          return true
        })
        return times
      }
      const alone = await quiet()
      let noisy = true
      let refused = 0
      let calls = 0
      const flood = count(8, 8, async () => {
        while (noisy) {
          calls++
          if ((await ask('few/good:x:noise')).status === 429) refused++
        }
        return true
      })
      const startedAtMs = performance.now()
      const beside = await quiet()
      const perSecond = (calls / (performance.now() - startedAtMs)) * 1000
      noisy = false
      await flood
      const upstream = server.asked('good:x:noise').length
      return {
        ok: beside.length === alone.length,
        figure: `${beside.length} of ${alone.length} answered beside ${perSecond.toFixed(0)} calls a second, of which ${refused} were refused and ${upstream} went upstream; p99 ${quantile(alone, 0.99).toFixed(0)} ms alone, ${quantile(beside, 0.99).toFixed(0)} ms beside${troubles.map((trouble) => `; ${trouble}`).join('')}`,
      }
    },
  },
  {
    id: 'F20',
    fault: 'good calls beside all this',
    required: 'every one is answered and has a row',
    async run(rig, runs): Promise<Figure> {
      const ids: string[] = []
      const good = await count(runs, 8, async (run) => {
        const { status, requestId } = await rig.ask(`a/good:x:${rig.fresh()}`, { stream: run % 2 === 0 })
        ids.push(requestId)
        return status === 200
      })
      const lost = await lostRows(rig, ids, ['ok'])
      return { ...share(good, runs, `; ${lost} rows lost`), ok: good === runs && lost === 0 }
    },
  },
]

/** Of the gateway's process, in bytes. */
async function residentBytes({ gateway }: FaultRig): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  const status = await readFile(`/proc/${gateway.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
}
