/** Every wire whose folder is there, read from the folders themselves. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TASK_WIRE_NAMES, type TaskWire } from '../../src/wires/task-wire.ts'
import { CHAT_WIRE_NAMES, type ChatWire } from '../../src/wires/wire.ts'

const WIRES = join(import.meta.dirname, '../../src/wires')

/** In the order of `CHAT_WIRE_NAMES`. */
export async function presentChatWires(): Promise<readonly ChatWire[]> {
  const found = await exportedValues()
  return CHAT_WIRE_NAMES.flatMap((name) => found.filter(isChatWire).find((wire) => wire.name === name) ?? [])
}

/** In the order of `TASK_WIRE_NAMES`. */
export async function presentTaskWires(): Promise<readonly TaskWire[]> {
  const found = await exportedValues()
  return TASK_WIRE_NAMES.flatMap((name) => found.filter(isTaskWire).find((wire) => wire.name === name) ?? [])
}

async function exportedValues(): Promise<unknown[]> {
  const values: unknown[] = []
  for (const folder of readdirSync(WIRES, { withFileTypes: true })) {
    const file = join(WIRES, folder.name, 'index.ts')
    if (!folder.isDirectory() || !existsSync(file)) continue
    const exported: object = await import(/* @vite-ignore */ pathToFileURL(file).href)
    values.push(...Object.values(exported))
  }
  return values
}

function isChatWire(value: unknown): value is ChatWire {
  return typeof value === 'object' && value !== null && 'name' in value && 'decodeStream' in value
}

function isTaskWire(value: unknown): value is TaskWire {
  return typeof value === 'object' && value !== null && 'name' in value && 'task' in value
}
