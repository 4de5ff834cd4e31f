/** Keeps the floors: a file imports only from floors below its own or from its own folder. */

import type { SourceFile } from './source-files.ts'

const FLOORS: Readonly<Record<string, number>> = {
  ground: 0,
  wires: 1,
  config: 1,
  ports: 1,
  providers: 2,
  edge: 2,
  stores: 2,
  services: 3,
  kinds: 4,
  journey: 5,
  surfaces: 6,
}

/** One sentence for each import that climbs; tests may also use what `test/` shares. The roof, `src/worker.ts`, may see everything; nothing may import it. */
export function floorProblems(files: readonly SourceFile[]): string[] {
  const problems: string[] = []
  for (const file of files) {
    const from = room(file.path)
    if (!from) continue
    const isTest = file.path.endsWith('.test.ts')
    for (const target of file.imports) {
      if (isTest && target.startsWith('test/')) continue
      const to = room(target)
      const allowed = to !== undefined && (to.name === from.name || to.floor < from.floor)
      if (!allowed) problems.push(`${file.path} (${from.name}, floor ${from.floor}) must not import ${target}`)
    }
  }
  return problems
}

function room(path: string): { name: string; floor: number } | undefined {
  const name = /^src\/([\w-]+)\//.exec(path)?.[1]
  const floor = name === undefined ? undefined : FLOORS[name]
  return name === undefined || floor === undefined ? undefined : { name, floor }
}
