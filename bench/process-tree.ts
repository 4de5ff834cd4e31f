/** Reads from Linux's /proc what a process and all its descendants use, and which ports they hold. */

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The kernel counts processor time in ticks; there are almost always 100 in a second. */
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
const PAGE_BYTES = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }))

interface ProcessFacts {
  readonly parent: number
  readonly cpuTicks: number
  readonly residentBytes: number
}

export interface TreeUse {
  /** User and system time since the processes began. */
  readonly cpuUs: number
  /** Pages shared between the processes count once for each. */
  readonly residentBytes: number
}

/** The process and everything it started, directly or not, that is alive now. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const facts = Number.isInteger(pid) ? readFacts(pid) : undefined
    if (facts) children.set(facts.parent, [...(children.get(facts.parent) ?? []), pid])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/** Sums over processes; one that has ended counts as nothing. */
export function useOf(pids: readonly number[]): TreeUse {
  let ticks = 0
  let residentBytes = 0
  for (const pid of pids) {
    const facts = readFacts(pid)
    ticks += facts?.cpuTicks ?? 0
    residentBytes += facts?.residentBytes ?? 0
  }
  return { cpuUs: (ticks / TICKS_PER_SECOND) * 1e6, residentBytes }
}

/** Whether one of the processes listens on the port. Guards against measuring a process that does not serve. */
export function ownsPort(pids: readonly number[], port: number): boolean {
  const sockets = listeningSockets(port)
  return pids.some((pid) => openFiles(pid).some((file) => sockets.has(file)))
}

function readFacts(pid: number): ProcessFacts | undefined {
  const text = readIfAlive(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  // The program's name stands in parentheses and may hold spaces; the fields after it are numbered in proc(5) from 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number): number => Number(fields[number - 3])
  return { parent: field(4), cpuTicks: field(14) + field(15), residentBytes: field(24) * PAGE_BYTES }
}

/** A process may end between two reads: that is no error. */
function readIfAlive(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function listeningSockets(port: number): Set<string> {
  const LISTEN = '0A'
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const sockets = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (readIfAlive(table) ?? '').split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
      if (state === LISTEN && local?.endsWith(suffix)) sockets.add(`socket:[${inode}]`)
    }
  }
  return sockets
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${name}`)]
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}
