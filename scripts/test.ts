/** `npm test`: builds, runs the house checks and every test, and ends with `N passed, N failed`. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './house/source-files.ts'
import { BUILD, CHECKS, runStep } from './steps.ts'

const directory = mkdtempSync(join(tmpdir(), 'sluice-test-'))
const countsFile = join(directory, 'counts.json')
let passed = 0
let failed = 0
let skipped = 0

for (const step of [BUILD, ...CHECKS]) {
  if (runStep(step)) passed++
  else failed++
}
const vitest = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=./scripts/count-reporter.ts',
    ...process.argv.slice(2),
  ],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, SLUICE_COUNTS: countsFile } },
)
if (existsSync(countsFile)) {
  const counts = JSON.parse(readFileSync(countsFile, 'utf8')) as { passed: number; failed: number; skipped: number }
  passed += counts.passed
  failed += counts.failed
  skipped += counts.skipped
}
// A run that broke before it could count is a failure too.
if (vitest.status !== 0 && failed === 0) failed++
rmSync(directory, { recursive: true })
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed === 0 ? 0 : 1
