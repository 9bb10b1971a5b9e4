import { defineConfig } from 'vitest/config'

/** Tests run on the TypeScript sources; only whole-system tests start the built services. */
const resolve = { conditions: ['stellacontrol-source'] }
const ssr = { resolve: { conditions: ['stellacontrol-source', 'node'] } }
const exclude = ['**/node_modules/**', '**/dist/**']

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'units',
          include: [
            '{packages,services}/*/src/**/*.test.ts',
            '{simulator,cli,dashboard,benches}/src/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // Much of their time is waiting for servers: four at a time keep two cores busy (254 s, two at a time 393 s).
          maxWorkers: 4,
          // Files of one worker share its modules: loading them took a third of all CPU time. No test may leave anything behind.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'rules',
          include: ['e2e/src/rules/**/*.test.ts'],
          exclude,
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          include: ['e2e/src/**/*.test.ts'],
          exclude: [...exclude, 'e2e/src/rules/**', 'e2e/src/chaos/**'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 3,
          isolate: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'chaos',
          include: ['e2e/src/chaos/**/*.test.ts'],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Faults are mostly waited for: two installations at a time keep two cores busy.
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
