/** What is wrong with a document and where: the only form in which the compiler complains. */

/** A position in a document; line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface Problem extends Place {
  /** What is wrong, as a clause without full stop. Never holds a secret. */
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
}

/** `routes/x.yml:3:5 error: unknown key "modle"; did you mean "model"?` */
export function formatProblem(problem: Problem, severity: 'error' | 'warning' = 'error'): string {
  return `${formatPlace(problem)} ${severity}: ${problem.message}${problem.hint ? `; ${problem.hint}` : ''}`
}

/** `routes/x.yml:3:5`, which terminals and editors turn into a link. */
export function formatPlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`
}

/** By file, then in reading order. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}
