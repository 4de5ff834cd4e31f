/** The client of the proof: a raw connection that can be cut at any byte, and a record of what came through it. */

import { connect } from 'node:net'
import { type CallPlan, MAX_TOKENS, routeOf } from './plan.ts'

/** What the client knows of one call. */
export interface ClientRecord {
  requestId?: string
  status?: number
  /** The reply came to its proper end in the client's format. */
  complete: boolean
  /** The final usage, where the reply said it. */
  usage?: { input: number; output: number }
  /** The client hung up before the end. */
  cut: boolean
}

/** Replies are a little longer than what their upstream wrote; the client hangs up somewhere in this much. */
const HEAD_BYTES = 500

export interface ClientOptions {
  readonly url: string
  readonly appKey: string
}

/** Makes the call and resolves when its connection is closed, whatever the reason. */
export function callGateway(plan: CallPlan, { url, appKey }: ClientOptions): Promise<ClientRecord> {
  const { hostname, port } = new URL(url)
  const request = requestBytes(plan, appKey, `${hostname}:${port}`)
  const replyBytes = HEAD_BYTES + plan.words * 180
  const cutAt = plan.fault === 'client-cut' ? Math.floor(plan.at * replyBytes) : undefined
  let received = ''
  let cut = false
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    const hangUp = (): void => {
      cut = true
      if (plan.at * 1000 - Math.floor(plan.at * 1000) < 0.5) socket.resetAndDestroy()
      else socket.destroy()
    }
    socket.setEncoding('latin1')
    socket.on('connect', () => {
      if (plan.fault === 'request-cut') {
        socket.write(request.subarray(0, Math.floor(plan.at * request.length)), () => setTimeout(hangUp, plan.pauseMs))
      } else socket.write(request, () => cutAt === 0 && hangUp())
    })
    socket.on('data', (text) => {
      if (cut) return
      received += String(text)
      if (cutAt !== undefined && received.length >= cutAt && !endsProperly(received)) {
        // What lies beyond the cut was never read.
        received = received.slice(0, Math.max(1, cutAt))
        hangUp()
      }
    })
    socket.on('error', () => undefined) // `close` follows
    socket.on('close', () => resolve({ ...readReply(received), cut: cut && !readReply(received).complete }))
  })
}

function requestBytes(plan: CallPlan, appKey: string, host: string): Buffer {
  const messages = [{ role: 'user', content: `Tell me something. tag=${plan.tag}` }]
  const common = { model: routeOf(plan), messages, max_tokens: MAX_TOKENS, stream: plan.stream }
  const openai = plan.clientWire === 'openai-chat'
  const body = JSON.stringify(
    openai
      ? {
          ...common,
          user: plan.tag,
          ...(plan.stream && plan.asksUsage && { stream_options: { include_usage: true } }),
        }
      : { ...common, metadata: { user_id: plan.tag } },
  )
  const head = [
    `POST ${openai ? '/v1/chat/completions' : '/v1/messages'} HTTP/1.1`,
    `host: ${host}`,
    `authorization: Bearer ${appKey}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1')
}

/** The last chunk of a chunked reply, or all of a reply with a length. */
function endsProperly(received: string): boolean {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, headEnd))?.[1]
  if (length !== undefined) return received.length >= headEnd + 4 + Number(length)
  return received.endsWith('\r\n0\r\n\r\n')
}

function readReply(received: string): Omit<ClientRecord, 'cut'> {
  const headEnd = received.indexOf('\r\n\r\n')
  const head = headEnd < 0 ? received : received.slice(0, headEnd)
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]
  const requestId = /\r\nx-sluice-request-id: (\S+)\r\n/i.exec(`${head}\r\n`)?.[1]
  const known = {
    ...(status !== undefined && { status: Number(status) }),
    // An id that was cut off in the middle is none.
    ...(requestId !== undefined && headEnd >= 0 && { requestId }),
  }
  if (headEnd < 0) return { ...known, complete: false }
  const chunked = /\r\ntransfer-encoding: chunked/i.test(head)
  const body = chunked ? dechunked(received.slice(headEnd + 4)) : received.slice(headEnd + 4)
  const told = /data: \[DONE\]\n\n|"type":"message_stop"\}\n\n/.test(body)
  const events = /\r\ncontent-type: text\/event-stream/i.test(head)
  const whole = !events && endsProperly(received)
  // An event without its empty line is none, as the standard has it.
  const usage = finalUsage(events ? body.slice(0, body.lastIndexOf('\n\n') + 2) : body)
  return { ...known, complete: status === '200' && endsProperly(received) && (told || whole), ...(usage && { usage }) }
}

function dechunked(text: string): string {
  let body = ''
  for (let at = 0; at < text.length; ) {
    const lineEnd = text.indexOf('\r\n', at)
    const length = Number.parseInt(text.slice(at, lineEnd), 16)
    if (lineEnd < 0 || !(length > 0)) break
    body += text.slice(lineEnd + 2, lineEnd + 2 + length)
    at = lineEnd + 4 + length
  }
  return body
}

/** Either format's last word on usage; not Anthropic's first one, which knows the prompt only. */
function finalUsage(body: string): ClientRecord['usage'] {
  const openai = /"prompt_tokens":(\d+),"completion_tokens":(\d+)/.exec(body)
  if (openai) return { input: Number(openai[1]), output: Number(openai[2]) }
  const stopped = /"stop_reason":"[a-z_]+"/.test(body)
  const output = [...body.matchAll(/"output_tokens":(\d+)/g)].at(-1)?.[1]
  const input = [...body.matchAll(/"input_tokens":(\d+)/g)].at(-1)?.[1]
  return stopped && input !== undefined && output !== undefined
    ? { input: Number(input), output: Number(output) }
    : undefined
}
