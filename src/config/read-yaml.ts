/** Reads one YAML document into located values, or says where it is broken. The only file that touches YAML. */

import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml'
import { quote } from './clear-secret.ts'
import type { Located, LocatedEntry } from './located.ts'
import type { Place } from './problem.ts'
import type { ProblemList } from './problem-list.ts'

/** A document of a file far beyond these is a mistake or an attack (aliases that multiply), not a route. */
const MAX_NODES = 10_000
const MAX_DEPTH = 32
const MAX_CHARACTERS = 1_000_000

/** The document's content; undefined when there is none or its syntax is broken, with the reasons in `problems`. */
export function readYaml(file: string, text: string, problems: ProblemList): Located | undefined {
  const start: Place = { file, line: 1, column: 1 }
  if (text.length > MAX_CHARACTERS) {
    problems.error(start, `the file is larger than ${MAX_CHARACTERS} characters`, 'split it into several documents')
    return undefined
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  for (const fault of [...document.errors, ...document.warnings])
    problems.error(placeAt(fault.pos[0]), explain(fault.code))
  if (document.errors.length) return undefined
  if (!document.contents) {
    problems.error(start, 'the document is empty')
    return undefined
  }
  const reader = createReader(document, placeAt, problems)
  const root = reader.read(document.contents, start, 0)
  if (!reader.fault()) return root
  problems.error(start, `the document ${reader.fault()}, counting what aliases repeat`)
  return undefined
}

interface Reader {
  read(node: Node | null, fallback: Place, depth: number): Located
  /** Why reading stopped early; undefined when it did not. */
  fault(): string | undefined
}

function createReader(document: Document, placeAt: (offset: number) => Place, problems: ProblemList): Reader {
  let nodes = 0
  let fault: string | undefined
  const read: Reader['read'] = (node, fallback, depth) => {
    const at = node?.range ? placeAt(node.range[0]) : fallback
    if (depth > MAX_DEPTH) fault ??= `is nested deeper than ${MAX_DEPTH} levels`
    if (++nodes > MAX_NODES) fault ??= `has more than ${MAX_NODES} values`
    if (fault) return { kind: 'scalar', at, value: null }
    if (isAlias(node)) {
      const target = node.resolve(document)
      if (target) return read(target, at, depth + 1)
      problems.error(at, 'this alias (*) has no anchor (&) before it')
    }
    if (isSeq(node)) {
      // Items of a parsed sequence are nodes; null stands for an item with nothing in it.
      return { kind: 'list', at, items: node.items.map((item) => read(item as Node | null, at, depth + 1)) }
    }
    if (isMap(node))
      return { kind: 'map', at, entries: readEntries(node.items as Pair<Node, Node | null>[], at, depth) }
    return { kind: 'scalar', at, value: isScalar(node) ? scalarValue(node.value) : null }
  }
  const readEntries = (pairs: Pair<Node, Node | null>[], at: Place, depth: number): Map<string, LocatedEntry> => {
    const entries = new Map<string, LocatedEntry>()
    for (const { key, value } of pairs) {
      if (fault) break
      const keyAt = key.range ? placeAt(key.range[0]) : at
      const name = isScalar(key) ? key.value : undefined
      if (typeof name !== 'string') problems.error(keyAt, 'a key must be text', 'put it in quotes')
      else if (name === '__proto__') problems.error(keyAt, `a key cannot be named ${quote(name)}`)
      else entries.set(name, { keyAt, value: read(value, keyAt, depth + 1) })
    }
    return entries
  }
  return { read, fault: () => fault }
}

function scalarValue(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** Our own words: the parser's messages quote the text, which may be a secret. */
function explain(code: string): string {
  return EXPLANATIONS[code] ?? `this is not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands twice in the same map',
  TAB_AS_INDENT: 'tabs cannot indent YAML; use spaces',
  BAD_INDENT: 'the indentation does not fit, or a bracket above is not closed',
  MISSING_CHAR: 'a character is missing here, such as a closing quote or bracket, or the ":" after a key',
  MULTIPLE_DOCS: 'a file holds one document; move what follows "---" into a file of its own',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line; is a ":" missing or one too many?',
  BLOCK_AS_IMPLICIT_KEY: 'a ":" too many on this line, or text with ":" that needs quotes',
  UNEXPECTED_TOKEN: 'this is not expected here',
  BAD_ALIAS: 'this alias (*) is not valid here',
  TAG_RESOLVE_FAILED: 'tags (!) are not supported here',
  BAD_DQ_ESCAPE: 'this escape is not known in double quotes; use single quotes or write \\\\',
}
