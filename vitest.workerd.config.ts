import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

/** Tests that run inside workerd, with real Durable Objects. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      main: './test/support/durable-worker.ts',
      wrangler: { configPath: './test/support/wrangler.test.toml' },
    }),
  ],
  // The first test waits for the runtime to start.
  test: {
    name: 'workerd',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ['src/**/*.workerd.test.ts', 'test/**/*.workerd.test.ts'],
  },
})
