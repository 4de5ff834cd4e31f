/** The smallest worker that passes requests on, in the workerd that also runs Sluice: the anchor of every ratio. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import program from 'workerd'
import { ok } from '../../src/ground/result.ts'
import { OUT, PORTS } from '../paths.ts'
import { startPinned, waitUntilListening } from '../pinned-process.ts'
import { chatBodies } from '../requests.ts'
import { type Contender, chatEntry } from './contender.ts'

export const ANCHOR_NAME = 'workerd, bare pass-through'

export const workerd: Contender = {
  id: 'workerd',
  port: PORTS.workerd,
  rows: [ANCHOR_NAME],
  async prepare() {
    const { version } = createRequire(import.meta.url)('workerd/package.json') as { version: string }
    return ok(version)
  },
  async start(plan) {
    const folder = join(OUT, 'workerd')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'worker.js'), WORKER)
    writeFileSync(join(folder, 'config.capnp'), CONFIGURATION)
    const args = ['serve', join(folder, 'config.capnp')]
    const server = startPinned({ id: 'workerd', command: program.default, args, processor: plan.contender })
    await waitUntilListening(server, PORTS.workerd)
    return { pid: server.pid, entries: [chatEntry(ANCHOR_NAME, chatBodies())], stop: server.stop }
  },
}

const WORKER = `
const UPSTREAM = 'http://127.0.0.1:${PORTS.mock}/v1/chat/completions'
export default {
  fetch: (request) => fetch(UPSTREAM, { method: 'POST', headers: request.headers, body: request.body }),
}
`

const CONFIGURATION = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .passThrough),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${PORTS.workerd}", http = (), service = "main")],
);

const passThrough :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  globalOutbound = "internet",
);
`
