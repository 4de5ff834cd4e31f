/** Finds exports that nothing uses. */

import type { SourceFile } from './source-files.ts'

/** One sentence for each name exported from src that no other file mentions (tests count as use of types, not of code). */
export function deadExports(files: readonly SourceFile[]): string[] {
  const problems: string[] = []
  for (const file of files) {
    if (!file.path.startsWith('src/') || /\.(?:test|fixture)\.ts$/.test(file.path) || file.path === 'src/worker.ts')
      continue
    for (const [, name] of file.text.matchAll(/^export (?:async )?(?:function|class|const|interface|type) (\w+)/gm)) {
      const word = new RegExp(`\\b${name}\\b`)
      const others = files.filter((other) => other !== file && word.test(other.text))
      const usedElsewhere = others.some((other) => !isTestOf(other, file))
      const uses = file.text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0
      const isType = new RegExp(`^export (?:interface|type) ${name}\\b`, 'm').test(file.text)
      // What its own file uses may be shown to its tests.
      const shownToTests = uses > 1 && (isType || others.length > 0)
      if (!usedElsewhere && !shownToTests) problems.push(`${file.path} exports ${name}, which nothing else uses`)
    }
  }
  return problems
}

function isTestOf(other: SourceFile, file: SourceFile): boolean {
  return other.path.endsWith('.test.ts') && other.path.startsWith(file.path.replace(/[^/]*$/, ''))
}
