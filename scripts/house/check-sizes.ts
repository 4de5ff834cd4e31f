/** Keeps files readable: none over 300 lines, and each opens by saying what it is for. */

import type { SourceFile } from './source-files.ts'

const MAX_LINES = 300

export function sizeProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const lines = file.text.split('\n').length
    const problems: string[] = []
    if (lines > MAX_LINES && !file.path.endsWith('.test.ts'))
      problems.push(`${file.path} has ${lines} lines; split it below ${MAX_LINES}`)
    if (!file.path.endsWith('.test.ts') && !/^(?:#!.*\n)?\/\*\*/.test(file.text)) {
      problems.push(`${file.path} does not open with a sentence on what it is for`)
    }
    return problems
  })
}
