/** Portkey's open-source gateway on Node, started as its README says. It checks no key and keeps no ledger. */

import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { err, ok } from '../../src/ground/result.ts'
import { BENCH, PORTS } from '../paths.ts'
import { startPinned, waitUntilListening } from '../pinned-process.ts'
import { chatBodies } from '../requests.ts'
import { type Contender, chatEntry } from './contender.ts'

const NAME = 'Portkey on Node'
const PACKAGE = join(BENCH, 'node_modules/@portkey-ai/gateway')

export const portkey: Contender = {
  id: 'portkey',
  port: PORTS.portkey,
  rows: [NAME],
  async prepare() {
    const wanted = dependencyVersion()
    if (installedVersion() !== wanted) {
      try {
        const args = ['ci', '--prefix', BENCH, '--ignore-scripts', '--no-audit', '--no-fund']
        await promisify(execFile)('npm', args, { cwd: BENCH })
      } catch (error) {
        const reason = error instanceof Error ? error.message.trim().slice(-300) : String(error)
        return err(`npm could not install it into bench/node_modules: ${reason}`)
      }
    }
    return installedVersion() === wanted
      ? ok(`${wanted} with @hono/node-server ${versionIn(join(BENCH, 'node_modules/@hono/node-server'))}`)
      : err(`bench/node_modules holds version ${installedVersion()} instead of ${wanted}; remove that folder`)
  },
  async start(plan) {
    const args = [join(PACKAGE, 'build/start-server.js'), `--port=${PORTS.portkey}`, '--headless']
    const server = startPinned({ id: 'portkey', command: process.execPath, args, processor: plan.contender })
    await waitUntilListening(server, PORTS.portkey)
    const headers = {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${PORTS.mock}/v1`,
    }
    return { pid: server.pid, entries: [chatEntry(NAME, chatBodies(), headers)], stop: server.stop }
  },
}

function dependencyVersion(): string | undefined {
  const { dependencies } = JSON.parse(readFileSync(join(BENCH, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  return dependencies['@portkey-ai/gateway']
}

function installedVersion(): string | undefined {
  return existsSync(PACKAGE) ? versionIn(PACKAGE) : undefined
}

function versionIn(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version
}
