/** Runs every house rule over the tree and prints what breaks them; exit code 1 if anything does. */

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { providers } from '../../src/providers/index.ts'
import { deadExports } from './check-exports.ts'
import { floorProblems } from './check-floors.ts'
import { providerNameProblems } from './check-provider-names.ts'
import { sizeProblems } from './check-sizes.ts'
import { ROOT, sourceFiles } from './source-files.ts'

/** Uncompressed worker with its weights. The platform allows 64 MiB; a gateway that starts fast stays far below. */
const MAX_WORKER_BYTES = 6 * 1024 * 1024

const source = sourceFiles('src')
const everything = [...source, ...sourceFiles('test', 'scripts', 'bench')]
const problems = [
  ...floorProblems(source),
  ...providerNameProblems(
    source,
    providers.map((provider) => provider.name),
  ),
  ...deadExports(everything),
  ...sizeProblems(everything.filter((file) => !file.path.startsWith('test/'))),
  ...workerSize(),
]
for (const problem of problems) console.error(problem)
console.log(
  problems.length ? `${problems.length} house rules broken` : `house rules hold in ${everything.length} files`,
)
process.exitCode = problems.length ? 1 : 0

function workerSize(): string[] {
  const bytes = ['worker.js', 'intent.bin'].reduce(
    (sum, name) => sum + statSync(join(ROOT, '.sluice/build', name)).size,
    0,
  )
  console.log(`worker bundle: ${(bytes / 1024 / 1024).toFixed(2)} MiB of ${MAX_WORKER_BYTES / 1024 / 1024} MiB allowed`)
  return bytes > MAX_WORKER_BYTES ? [`the worker bundle is ${bytes} bytes, over ${MAX_WORKER_BYTES}`] : []
}
