/** A gateway in front of an upstream that misbehaves, as the fault cases use both. */

import { connect } from 'node:net'
import { seededRandom } from '../../../src/edge/training/seeded-random.ts'
import type { LedgerRow } from '../../../src/ports/accounts.ts'
import { type FaultServer, startFaultServer } from '../fault-server/server.ts'
import { freePort, startGateway, type TestGateway } from '../gateway.ts'
import { allRows } from '../ledger.ts'

export interface FaultAnswer {
  /** 0: the connection broke before an answer. */
  readonly status: number
  readonly text: string
  readonly requestId: string
  readonly target: string
  readonly ms: number
}

export interface AskOptions {
  readonly stream?: boolean
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
  readonly content?: string
}

export interface RawApp {
  /** Resolves with the first byte of the answer. */
  readonly heard: Promise<void>
  reset(): void
}

export interface FaultRig {
  readonly gateway: TestGateway
  readonly server: FaultServer
  readonly random: () => number
  /** A name that no request had before: what one case did to a target is nothing to the next. */
  fresh(): string
  ask(model: string, options?: AskOptions): Promise<FaultAnswer>
  /** The reply before its body is read. */
  open(model: string, options?: AskOptions): Promise<Response>
  /** A call over a connection of its own, which can be reset. */
  connect(model: string, stream: boolean): RawApp
  /** Every row so far, by request id. */
  rows(): Promise<ReadonlyMap<string, LedgerRow>>
  close(): Promise<void>
}

export const FIRST_BYTE_MS = 500

export async function startFaultRig(seed: number): Promise<FaultRig> {
  const random = seededRandom(seed)
  const server = await startFaultServer(random)
  const gateway = await startGateway(documents(server, await freePort()), { KEY_BAD: 'key-bad', KEY_GOOD: 'key-good' })
  let names = 0
  const open = (model: string, { stream, signal, headers, content = 'hello' }: AskOptions = {}): Promise<Response> =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model, messages: [{ role: 'user', content }], ...(stream && { stream }) }),
      ...(signal && { signal }),
    })
  return {
    gateway,
    server,
    random,
    fresh: () => `n${names++}`,
    open,
    connect: (model, stream) => connectRaw(gateway, { model, stream, messages: [{ role: 'user', content: 'hello' }] }),
    async ask(model, options) {
      const startedAtMs = performance.now()
      let [status, text, requestId, target] = [0, '', '', '']
      try {
        const response = await open(model, options)
        status = response.status
        requestId = response.headers.get('x-sluice-request-id') ?? ''
        target = response.headers.get('x-sluice-target') ?? ''
        text = await response.text()
      } catch {
        // The app hung up, or the connection broke: what came before stands.
      }
      return { status, text, requestId, target, ms: performance.now() - startedAtMs }
    },
    async rows() {
      await gateway.admin('POST', '/admin/v1/ledger/flush')
      return new Map((await allRows(gateway)).map((row) => [row.requestId, row]))
    },
    async close() {
      await gateway.dispose()
      await server.close()
    },
  }
}

function connectRaw(gateway: TestGateway, body: object): RawApp {
  const { port, hostname } = new URL(gateway.url)
  const text = JSON.stringify(body)
  const socket = connect(Number(port), hostname)
  const heard = new Promise<void>((resolve) => {
    socket.once('data', () => resolve())
    socket.once('error', () => resolve())
  })
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: ${hostname}`,
    `authorization: Bearer ${gateway.appKey}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${text}`)
  return { heard, reset: () => socket.resetAndDestroy() }
}

function documents({ url, port }: FaultServer, closedPort: number): Record<string, string> {
  const route = (file: string, text: string): Record<string, string> => ({ [`routes/${file}.yml`]: `route: ${text}\n` })
  return {
    'sluice.yml': `
bundle: faults
providers:
  a: { kind: vllm, base_url: ${url} }
  b: { kind: vllm, base_url: ${url} }
  gone: { kind: vllm, base_url: http://127.0.0.1:${closedPort}/v1 }
  nameless: { kind: vllm, base_url: http://no-such-host.invalid/v1 }
  untrusted: { kind: vllm, base_url: https://127.0.0.1:${port}/v1 }
  keys: { kind: vllm, base_url: ${url}, api_keys: ["\${secret.KEY_BAD}", "\${secret.KEY_GOOD}"] }
`,
    'policies/standard.yml': `policy: standard\ndefault: true\ntimeouts: { first_byte: ${FIRST_BYTE_MS}ms, idle: 500ms, total: 60s, keep_alive: 100ms }\n`,
    'policies/once.yml': 'policy: once\nretries: { attempts: 1 }\n',
    'policies/kept.yml': 'policy: kept\ncache: { ttl: 1h }\n',
    'policies/few.yml': 'policy: few\nlimits: [{ requests: 20, every: second, per: key }]\n',
    ...route('a', 'a/*\ntargets: [{ model: a/* }]'),
    ...route('once', 'once/*\ntargets: [{ model: a/* }]\npolicies: [once]'),
    ...route('pair', 'pair/*\ntargets: [{ model: a/* }]\nfallback: [{ model: "b/good:*@b" }]'),
    ...route(
      'half',
      'half/*\ntargets: [{ model: "a/always:500:half" }, { model: "b/good:*@b" }]\nfallback: [{ model: "b/good:*@b" }]',
    ),
    ...route('keys', 'keys/*\ntargets: [{ model: keys/* }]'),
    ...route('kept', 'kept/*\ntargets: [{ model: a/* }]\npolicies: [kept]'),
    ...route('few', 'few/*\ntargets: [{ model: a/* }]\npolicies: [few]'),
    ...Object.fromEntries(
      ['gone', 'nameless', 'untrusted'].flatMap((name) => [
        [`routes/${name}.yml`, `route: ${name}\ntargets: [{ model: ${name}/good }]\npolicies: [once]\n`],
        [
          `routes/${name}-saved.yml`,
          `route: ${name}-saved\ntargets: [{ model: ${name}/good }]\nfallback: [b/good:x@b]\n`,
        ],
      ]),
    ),
  }
}
