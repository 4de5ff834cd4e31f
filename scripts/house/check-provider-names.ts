/** Keeps providers' names in one folder: no other code compares with, lists or builds them. */

import type { SourceFile } from './source-files.ts'

/** Words that are also wires, formats or ordinary English and so may stand elsewhere. */
const ALSO_WIRES = new Set(['edge', 'gemini', 'cohere', 'ollama'])

/** One sentence for each quoted provider name outside src/providers. Price data and tests may name providers. */
export function providerNameProblems(files: readonly SourceFile[], names: readonly string[]): string[] {
  const problems: string[] = []
  for (const file of files) {
    if (file.path.startsWith('src/providers/') || file.path.endsWith('.test.ts')) continue
    const code = file.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    for (const name of names) {
      if (ALSO_WIRES.has(name)) continue
      if (code.includes(`'${name}'`) || code.includes(`"${name}"`))
        problems.push(`${file.path} names the provider "${name}"`)
    }
  }
  return problems
}
