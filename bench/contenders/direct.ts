/** The mock upstream asked directly: the ceiling of what load generator and mock can do on this machine. */

import { join } from 'node:path'
import { ok } from '../../src/ground/result.ts'
import { OUT, PORTS } from '../paths.ts'
import { startPinned, waitUntilListening } from '../pinned-process.ts'
import { chatBodies } from '../requests.ts'
import { type Contender, chatEntry } from './contender.ts'

const NAME = 'direct (mock alone)'

/** Always started, and first: it is the upstream of all others. */
export const direct: Contender = {
  id: 'direct',
  port: PORTS.mock,
  rows: [NAME],
  prepare: async () => ok('native/mock.c'),
  async start(plan) {
    const server = startPinned({
      id: 'direct',
      command: join(OUT, 'mock'),
      args: [String(PORTS.mock)],
      processor: plan.mock,
    })
    await waitUntilListening(server, PORTS.mock)
    return { pid: server.pid, entries: [chatEntry(NAME, chatBodies())], stop: server.stop }
  },
}
