import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
// @ts-expect-error: plain JavaScript, shared with the checks
import { sourceAliases } from './scripts/lib/workspaces.mjs'

const escaped = (text: string) => text.replaceAll(/[/.@-]/g, '\\$&')
const setupFiles = existsSync(new URL('tests/setup.ts', import.meta.url)) ? ['./tests/setup.ts'] : []

/** Milliseconds for a test of virtual time: it never waits, but may have little of a busy machine. */
const PATIENCE = 30_000

export default defineConfig({
  resolve: {
    // Tests run the sources, whatever was built last.
    alias: (sourceAliases as [string, string][]).map(([specifier, source]) => ({
      find: new RegExp(`^${escaped(specifier)}$`),
      replacement: source,
    })),
  },
  test: {
    pool: 'forks',
    execArgv: ['--expose-gc'],
    maxWorkers: 2,
    setupFiles,
    projects: [
      { extends: true, test: { name: 'unit', include: ['packages/*/src/**/*.test.ts'], testTimeout: PATIENCE } },
      {
        extends: true,
        test: {
          name: 'behaviour',
          testTimeout: PATIENCE,
          include: ['tests/**/*.test.ts'],
          exclude: ['**/*.e2e.test.ts', 'tests/browser/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'sockets',
          include: ['tests/**/*.e2e.test.ts'],
          exclude: ['tests/browser/**'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
