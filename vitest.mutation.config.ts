/** The tests that guard money, for `npm run mutate`: fast, in Node, without a gateway around them. */

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    environment: 'node',
    include: [
      'src/ground/calendar-window.test.ts',
      'src/stores/**/*.test.ts',
      'src/services/{ledger,limits,pricing}/**/*.test.ts',
      'src/journey/limit-hold.test.ts',
      'test/contract/{memory,ledger-writer,ledger-credit}.test.ts',
      'test/laws/escrow*.test.ts',
    ],
    exclude: ['**/*.workerd.test.ts', '**/node_modules/**'],
  },
})
