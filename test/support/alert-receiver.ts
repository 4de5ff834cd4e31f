/** A receiver of alerts as a user would write one: it verifies each request with Node's own crypto. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedAlert {
  readonly id: string
  readonly type: string
  readonly created_at: string
  readonly organisation: string
  readonly target: string
  readonly team: string | null
  readonly data: Readonly<Record<string, unknown>>
}

export interface Received {
  readonly path: string
  readonly alert: ReceivedAlert
  readonly body: string
  readonly headers: IncomingHttpHeaders
  readonly atMs: number
  /** What it was answered; 0 while it hangs. */
  readonly status: number
}

export interface AlertReceiver {
  readonly url: string
  readonly received: Received[]
  /** The status of the answer to the next request; 0 hangs for ever, -1 cuts the connection. */
  answer: (received: Omit<Received, 'status'>) => number
  /** What arrived and was taken at a path, in order. */
  taken(path: string): ReceivedAlert[]
  /** Nobody listens any more, until `open`. */
  close(): Promise<void>
  open(): Promise<void>
}

/** Whether a request is signed with the secret, as the specification of Standard Webhooks says. */
export function isSigned(secret: string, body: string, headers: IncomingHttpHeaders): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = createHmac('sha256', key).update(content).digest()
  return String(headers['webhook-signature'])
    .split(' ')
    .some((signature) => {
      const [version, base64 = ''] = signature.split(',')
      const given = Buffer.from(base64, 'base64')
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
    })
}

export async function startAlertReceiver(): Promise<AlertReceiver> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { url: path = '', headers } = request
    const one = { path, alert: JSON.parse(body) as ReceivedAlert, body, headers, atMs: Date.now() }
    const status = receiver.answer(one)
    received.push({ ...one, status })
    if (status === -1) request.socket.destroy()
    else if (status > 0) response.writeHead(status, { location: `${receiver.url}/elsewhere` }).end('as you like it')
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const receiver: AlertReceiver = {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: () => 200,
    taken: (path) =>
      received.flatMap((each) => (each.path === path && each.status >= 200 && each.status < 300 ? [each.alert] : [])),
    open: () => listen(port),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return receiver
}
