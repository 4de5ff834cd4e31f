/** A vitest reporter that writes how many tests passed, failed and were skipped to the file named in SLUICE_COUNTS. */

import { writeFileSync } from 'node:fs'
import type { Reporter } from 'vitest/node'

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: Parameters<NonNullable<Reporter['onTestRunEnd']>>[0], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0) counts.failed++
      for (const test of module.children.allTests()) {
        const state = test.result().state
        if (state === 'passed' || state === 'failed' || state === 'skipped') counts[state]++
      }
    }
    const file = process.env.SLUICE_COUNTS
    if (file) writeFileSync(file, JSON.stringify(counts))
  }
}
