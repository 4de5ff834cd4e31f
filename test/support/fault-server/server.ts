/** An upstream that misbehaves on purpose: the model of a request, `fault:argument:name`, says how. Seeded, on loopback, without dependencies. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { HTTP_FAULTS } from './http-faults.ts'
import { STREAM_FAULTS } from './stream-faults.ts'

/** One request as it came, and what became of its connection. */
export interface Asked {
  readonly model: string
  readonly atMs: number
  /** When the other side closed before the answer was complete; undefined while it stands. */
  abortedAtMs: number | undefined
  /** Bytes of the answer that the socket has taken so far. */
  sent: number
}

export interface FaultCall {
  readonly response: ServerResponse
  readonly socket: Socket
  /** The second part of the model's name. */
  readonly argument: string
  readonly stream: boolean
  readonly model: string
  /** How many requests for this model there have been, this one included. */
  readonly turn: number
  /** Seeded, from 0 to 1. */
  readonly random: () => number
  readonly asked: Asked
}

export type FaultBehaviour = (call: FaultCall) => void | Promise<void>

export interface FaultServer {
  readonly url: string
  readonly port: number
  /** Requests by model, oldest first. */
  asked(model: string): readonly Asked[]
  forget(): void
  close(): Promise<void>
}

/** Starts on a free port of the loopback interface. */
export async function startFaultServer(random: () => number): Promise<FaultServer> {
  const all = new Map<string, Asked[]>()
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => void answer(request, response))
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    if (text === '') return void response.writeHead(200).end('ok')
    const body = JSON.parse(text) as { model: string; stream?: boolean }
    const asked: Asked = { model: body.model, atMs: performance.now(), abortedAtMs: undefined, sent: 0 }
    const before = all.get(body.model) ?? []
    all.set(body.model, [...before, asked])
    response.on('close', () => {
      if (!response.writableFinished) asked.abortedAtMs = performance.now()
    })
    const [fault = '', argument = ''] = body.model.split(':')
    const behaviour = HTTP_FAULTS[fault] ?? STREAM_FAULTS[fault]
    if (!behaviour) return void response.writeHead(404).end(`no fault ${fault}`)
    const turn = before.length + 1
    const { socket } = request
    await behaviour({
      response,
      socket,
      argument,
      stream: body.stream === true,
      model: body.model,
      turn,
      random,
      asked,
    })
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    asked: (model) => all.get(model) ?? [],
    forget: () => all.clear(),
    close: () => closeServer(server),
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections()
    server.close(() => resolve())
  })
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
