/** Reads `.dev.vars`: secrets of one developer's machine, one `NAME=value` a line, never committed. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface DevVars {
  readonly values: Readonly<Record<string, string>>
  /** Numbers of lines that are not `NAME=value`; their text may be a secret and is not kept. */
  readonly unreadable: readonly number[]
}

/**
 * The file in this folder; empty when there is none. It takes the usual subset of dotenv: `export` in front, `#` comments, 'single
 * quotes' taken literally, "double quotes" with \n, \t, \" and \\. No references to other values and no value over several lines.
 * The last of two equal names counts.
 */
export async function readDevVars(directory: string): Promise<DevVars> {
  try {
    return parseDevVars(await readFile(join(directory, '.dev.vars'), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { values: {}, unreadable: [] } // fs errors carry a code
    throw error
  }
}

function parseDevVars(text: string): DevVars {
  const values: Record<string, string> = Object.create(null)
  const unreadable: number[] = []
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue
    const [, name, rest] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(line) ?? []
    const value = rest === undefined ? undefined : readValue(rest)
    if (name === undefined || value === undefined) unreadable.push(index + 1)
    else values[name] = value
  }
  return { values: { ...values }, unreadable }
}

function readValue(rest: string): string | undefined {
  if (rest.startsWith("'")) return /^'([^']*)'\s*(?:#.*)?$/.exec(rest)?.[1]
  if (rest.startsWith('"')) {
    const inside = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(rest)?.[1]
    return inside?.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character)
  }
  return rest.replace(/(?:^|\s+)#.*$/, '').trim()
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
