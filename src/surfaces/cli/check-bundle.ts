/** Compiles the bundle in a folder and looks up which of the secrets it needs are there. */

import { compileBundle } from '../../config/compile.ts'
import { formatProblem, type Problem } from '../../config/problem.ts'
import type { Revision } from '../../config/revision.ts'
import { type NeededSecret, secretsOf } from '../../config/secrets-of.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { CliIo } from './cli-io.ts'
import { readDevVars } from './dev-vars.ts'
import { knownProviders } from './known-providers.ts'
import { loadBundle } from './load-bundle.ts'

export interface SecretState extends NeededSecret {
  /** Where the value was found; the environment wins. Undefined when it is missing or empty. */
  readonly source: 'environment' | '.dev.vars' | undefined
  /** For the worker's bindings only; never printed. */
  readonly value: string | undefined
}

export interface CheckedBundle {
  readonly revision: Revision
  /** The one that stands first in sluice.yml. */
  readonly firstTeam: string
  readonly secrets: readonly SecretState[]
}

/** Prints problems and warnings to stderr as they stand in the documents. The error is one closing line. */
export async function checkBundle(
  directory: string,
  target: string | undefined,
  io: CliIo,
): Promise<Result<CheckedBundle, string>> {
  const files = await loadBundle(directory)
  if (!files.ok) return files
  const compiled = await compileBundle(files.value, { target, providers: knownProviders })
  for (const warning of compiled.warnings) io.stderr(`${paint(warning, 'warning', io)}\n`)
  if (!compiled.ok) {
    for (const problem of compiled.problems) io.stderr(`${paint(problem, 'error', io)}\n`)
    const count = compiled.problems.length
    return err(`${count} ${count === 1 ? 'problem' : 'problems'} in the documents of ${directory}`)
  }
  const { revision, firstTeam } = compiled
  const devVars = await readDevVars(directory)
  for (const line of devVars.unreadable) {
    const problem = { file: '.dev.vars', line, column: 1, message: 'this line is not NAME=value and was not read' }
    io.stderr(`${paint(problem, 'warning', io)}\n`)
  }
  const secrets = secretsOf(revision, knownProviders).map((secret) => locate(secret, io.env, devVars.values))
  return ok({ revision, firstTeam, secrets })
}

function locate(secret: NeededSecret, env: CliIo['env'], devVars: Readonly<Record<string, string>>): SecretState {
  const fromEnvironment = env[secret.name]
  if (fromEnvironment) return { ...secret, source: 'environment', value: fromEnvironment }
  const fromFile = Object.hasOwn(devVars, secret.name) ? devVars[secret.name] : undefined
  return { ...secret, source: fromFile ? '.dev.vars' : undefined, value: fromFile || undefined }
}

const COLOURS = { error: 31, warning: 33 }

function paint(problem: Problem, severity: 'error' | 'warning', io: CliIo): string {
  const text = formatProblem(problem, severity)
  if (!io.isTerminal || io.env.NO_COLOR) return text
  return text.replace(` ${severity}:`, ` \x1b[${COLOURS[severity]}m${severity}\x1b[0m:`)
}
