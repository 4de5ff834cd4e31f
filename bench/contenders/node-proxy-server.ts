/** A program: `node node-proxy-server.ts PORT UPSTREAM_PORT` passes requests on with node:http and nothing else. */

import { Agent, createServer, request } from 'node:http'

const [port, upstreamPort] = process.argv.slice(2).map(Number)
const agent = new Agent({ keepAlive: true, maxSockets: 1024 })

const server = createServer((incoming, outgoing) => {
  const { url: path, method, headers } = incoming
  const forwarded = request({ agent, host: '127.0.0.1', port: upstreamPort, path, method, headers }, (reply) => {
    outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
    reply.pipe(outgoing)
  })
  forwarded.on('error', () => {
    outgoing.statusCode = 502
    outgoing.end()
  })
  incoming.pipe(forwarded)
})
server.listen(port, '127.0.0.1')
