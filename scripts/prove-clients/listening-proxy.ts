/** Stands between client and gateway, changes nothing, and notes what the gateway stated: status, warnings, error text. */

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'

/** One request of the client and what the gateway said about it. */
export interface Statement {
  readonly method: string
  readonly path: string
  readonly status: number
  /** The header `x-sluice-warnings`; empty when nothing was lost. */
  readonly warnings: string
  /** The text of an error reply, at most 2,000 characters. */
  readonly error: string
}

export interface ListeningProxy {
  readonly url: string
  /** Statements since the last call. */
  take(): Statement[]
  close(): Promise<void>
}

const ERROR_CHARACTERS = 2000

export async function startProxy(gatewayUrl: string): Promise<ListeningProxy> {
  const statements: Statement[] = []
  const gateway = new URL(gatewayUrl)
  const server = createServer((request, response) => pass(request, response, gateway, statements))
  server.on('upgrade', (request, socket, head) => passUpgrade(request, socket, head, gateway))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    take: () => statements.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function pass(request: IncomingMessage, response: ServerResponse, gateway: URL, statements: Statement[]): void {
  const { method = 'GET', url: path = '/' } = request
  const onward = httpRequest(
    { host: gateway.hostname, port: gateway.port, method, path, headers: { ...request.headers, host: gateway.host } },
    (reply) => {
      const status = reply.statusCode ?? 0
      const warnings = String(reply.headers['x-sluice-warnings'] ?? '')
      let error = ''
      if (status >= 400) reply.on('data', (piece: Buffer) => (error += piece.toString()))
      // Noted before the client can see the end, so that a check that ends at once still finds it.
      reply.once('end', () =>
        statements.push({ method, path, status, warnings, error: error.slice(0, ERROR_CHARACTERS) }),
      )
      response.writeHead(status, reply.headers)
      reply.pipe(response)
    },
  )
  onward.once('error', (error) => response.destroy(error))
  response.once('close', () => onward.destroy())
  request.pipe(onward)
}

/** WebSockets: the bytes of both sides, as they are. */
function passUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, gateway: URL): void {
  const onward = connect(Number(gateway.port), gateway.hostname, () => {
    const lines = [`${request.method} ${request.url} HTTP/1.1`]
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      const name = request.rawHeaders[at] ?? ''
      lines.push(`${name}: ${/^host$/i.test(name) ? gateway.host : request.rawHeaders[at + 1]}`)
    }
    onward.write(`${lines.join('\r\n')}\r\n\r\n`)
    onward.write(head)
    onward.pipe(socket).pipe(onward)
  })
  onward.once('error', () => socket.destroy())
  socket.once('error', () => onward.destroy())
}
