/** A bare proxy on Node's own http module: what a gateway on Node could cost at best. */

import { join } from 'node:path'
import { ok } from '../../src/ground/result.ts'
import { PORTS } from '../paths.ts'
import { startPinned, waitUntilListening } from '../pinned-process.ts'
import { chatBodies } from '../requests.ts'
import { type Contender, chatEntry } from './contender.ts'

const NAME = 'node:http proxy'

export const node: Contender = {
  id: 'node',
  port: PORTS.node,
  rows: [NAME],
  prepare: async () => ok(process.version),
  async start(plan) {
    const program = join(import.meta.dirname, 'node-proxy-server.ts')
    const args = [program, String(PORTS.node), String(PORTS.mock)]
    const server = startPinned({ id: 'node', command: process.execPath, args, processor: plan.contender })
    await waitUntilListening(server, PORTS.node)
    return { pid: server.pid, entries: [chatEntry(NAME, chatBodies())], stop: server.stop }
  },
}
