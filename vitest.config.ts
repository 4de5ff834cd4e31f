import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'src/**/*.test.ts',
            'test/{laws,golden,contract,house,differences}/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/*.test.ts',
          ],
          exclude: ['**/*.workerd.test.ts', '**/node_modules/**'],
        },
      },
      './vitest.workerd.config.ts',
      {
        test: {
          name: 'journey',
          environment: 'node',
          include: ['test/{journey,faults}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
