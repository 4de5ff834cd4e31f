/** The network between the processes of a fleet: brings calls to the process with the objects, and loses what it is told to lose. */

import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { REMOTE_PATH, type RemoteCall, readRemote } from './remote-call.ts'

/**
 * What happens to one delivery. `lost`: it never arrives. `unanswered`: done, but the answer is lost. `twice`: delivered twice.
 * `late`: fails now and arrives after a later one.
 */
export type Weather = 'fine' | 'lost' | 'unanswered' | 'twice' | 'late'

export interface PostOffice {
  readonly url: string
  /** Deliveries so far by what happened to them. */
  readonly counts: Readonly<Record<Weather, number>>
  /** Brings whatever is still late. */
  deliverLate(): Promise<void>
  close(): Promise<void>
}

export interface PostOfficeOptions {
  /** Address of the process with the objects. */
  readonly hub: string
  /** Decides what happens to a delivery. */
  weather(call: RemoteCall): Weather
}

/** Longer than a proof: only what it is told to lose may be lost, no call on a connection that had just grown too old. */
const KEEP_ALIVE_MS = 3_600_000

/** On a connection of its own, for the same reason. */
function post(url: string, text: string): Promise<[status: number | undefined, answer: string]> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent: false }, async (response) => {
      let answer = ''
      for await (const chunk of response.setEncoding('utf8')) answer += String(chunk)
      resolve([response.statusCode, answer])
    })
    call.once('error', reject)
    call.end(text)
  })
}

export async function startPostOffice({ hub, weather }: PostOfficeOptions): Promise<PostOffice> {
  const counts = { fine: 0, lost: 0, unanswered: 0, twice: 0, late: 0 }
  let late: string[] = []
  const deliver = async (text: string): Promise<string> => {
    const [status, answer] = await post(`${hub}${REMOTE_PATH}`, text)
    if (status !== 200) throw new Error(`status ${status}`)
    return answer
  }
  const deliverLate = async (): Promise<void> => {
    const waiting = late
    late = []
    for (const text of waiting.reverse()) await deliver(text).catch(() => late.push(text))
  }
  const handle = async (text: string): Promise<string | undefined> => {
    const happening = weather(readRemote(text) as RemoteCall) // written by an edge only
    counts[happening]++
    if (happening === 'lost') return undefined
    if (happening === 'late') {
      late.push(text)
      return undefined
    }
    if (happening === 'twice') await deliver(text)
    const answer = await deliver(text)
    if (late.length > 0) void deliverLate()
    return happening === 'unanswered' ? undefined : answer
  }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
    const answer = await handle(text).catch(() => undefined)
    if (answer === undefined) response.writeHead(502).end()
    else response.end(answer)
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    deliverLate,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
