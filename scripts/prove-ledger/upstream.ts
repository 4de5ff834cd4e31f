/** The scripted upstream of the proof: says its lines, breaks off where the plan says so, and keeps its own record. */

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CallPlan } from './plan.ts'
import { scriptOf } from './script.ts'

/** What the upstream knows of one call. */
export interface UpstreamRecord {
  asked: number
  /** The last usage it has stated in full. */
  stated: 'nothing' | 'start' | 'final'
  /** Characters it has written. */
  written: number
  /** It said everything and ended properly. */
  finished: boolean
  /** It broke off where the plan said so. */
  broke: boolean
}

export interface LedgerUpstream {
  readonly url: string
  /** Adds a call that will come. */
  expect(plan: CallPlan): UpstreamRecord
  /** Lets all calls go on that wait at their gate, those that come later too, until `closeGate`. */
  openGate(): void
  closeGate(): void
  /** Calls that wait at their gate. */
  waiting(): number
  close(): Promise<void>
}

const TAG = /tag=(cut-\d+)/

export async function startLedgerUpstream(): Promise<LedgerUpstream> {
  const calls = new Map<string, { plan: CallPlan; record: UpstreamRecord }>()
  let open = true
  let waiting: (() => void)[] = []
  const gate = (response: ServerResponse): Promise<void> =>
    new Promise((resolve) => {
      if (open) return resolve()
      const go = (): void => {
        waiting = waiting.filter((each) => each !== go)
        resolve()
      }
      waiting.push(go)
      response.once('close', go)
    })
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
    const call = calls.get(TAG.exec(text)?.[1] ?? '')
    if (!call || !speaks(call.plan, request.url)) return response.writeHead(500).end()
    call.record.asked++
    await say(call.plan, call.record, response, { gate, usageWanted: /"include_usage":\s*true/.test(text) })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    expect(plan) {
      const record: UpstreamRecord = { asked: 0, stated: 'nothing', written: 0, finished: false, broke: false }
      calls.set(plan.tag, { plan, record })
      return record
    },
    openGate() {
      open = true
      for (const go of [...waiting]) go()
    },
    closeGate() {
      open = false
    },
    waiting: () => waiting.length,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Whether it was asked in the format that the plan gives it. */
function speaks({ upstreamWire }: CallPlan, path = ''): boolean {
  return path.endsWith(upstreamWire === 'openai-chat' ? '/chat/completions' : '/messages')
}

interface Saying {
  gate(response: ServerResponse): Promise<void>
  readonly usageWanted: boolean
}

async function say(
  plan: CallPlan,
  record: UpstreamRecord,
  response: ServerResponse,
  { gate, usageWanted }: Saying,
): Promise<void> {
  const script = scriptOf(plan, usageWanted)
  const length = script.reduce((sum, { text }) => sum + text.length, 0)
  const cutAt = plan.fault?.startsWith('upstream-') ? Math.floor(plan.at * length) : undefined
  const gateAt = plan.gate === undefined ? undefined : Math.floor(plan.gate * length)
  if (gateAt === 0) await gate(response)
  if (cutAt === 0 && plan.fault === 'upstream-reset') return breakOff(plan, record, response)
  response.writeHead(200, { 'content-type': plan.stream ? 'text/event-stream' : 'application/json' })
  response.flushHeaders()
  for (const { text, states } of script) {
    const until = cutAt === undefined ? text.length : Math.min(text.length, cutAt - record.written)
    if (response.destroyed) return
    // Before it is written, so that the record never lags behind what a reader may know.
    // An event whose empty line is missing may be read or not.
    if (until >= text.trimEnd().length && states) record.stated = states
    const passesGate = gateAt !== undefined && gateAt > record.written && gateAt <= record.written + until
    if (until > 0) response.write(text.slice(0, until))
    record.written += until
    if (passesGate) await gate(response)
    if (record.written === cutAt) return breakOff(plan, record, response)
    if (plan.pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, plan.pauseMs))
  }
  if (response.destroyed) return
  record.finished = true
  response.end()
}

function breakOff({ fault }: CallPlan, record: UpstreamRecord, response: ServerResponse): void {
  record.broke = !response.destroyed
  if (fault === 'upstream-end') response.end()
  else if (fault === 'upstream-reset') response.socket?.resetAndDestroy()
  else response.socket?.end()
}
