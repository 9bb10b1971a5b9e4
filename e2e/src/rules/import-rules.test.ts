import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const repositoryFolder = fileURLToPath(new URL('../../../', import.meta.url))

/** Which packages of ours the production code of a folder may import (docs/architecture.md). */
const packages = ['protocol', 'runtime', 'alerts', 'mail', 'redis', 'database']
const allowed: Record<string, string[]> = {
  'packages/protocol': [],
  'packages/runtime': [],
  'packages/alerts': ['protocol'],
  'packages/mail': ['runtime'],
  'packages/redis': ['protocol', 'runtime'],
  'packages/database': ['protocol', 'runtime'],
  'packages/test-servers': ['runtime'],
  dashboard: ['protocol'],
  simulator: ['protocol'],
  cli: [...packages, 'test-servers', 'simulator'],
}
/** Foreign packages that only one of ours may import. */
const soleImporters: Record<string, string> = {
  '@redis/client': 'packages/redis',
  pg: 'packages/database',
  'pg-copy-streams': 'packages/database',
  nodemailer: 'packages/mail',
}

const folders = [
  ...Object.keys(allowed),
  ...readdirSync(join(repositoryFolder, 'services')).map((name) => `services/${name}`),
]

test.each(folders)('%s imports only what the house plan lets it', (folder) => {
  const rule = allowed[folder] ?? packages
  const violations = sourcesOf(folder).flatMap(({ file, imports, isTest }) =>
    imports
      .filter((name) => {
        const ours = /^@stellacontrol\/([^/]+)/.exec(name)?.[1]
        if (ours !== undefined)
          return !rule.includes(ours) && !(isTest && ['test-servers', folder.split('/').at(-1)].includes(ours))
        const isOutside = name.startsWith('.') && join(file, '..', name).startsWith('..')
        if (isOutside) return !join(file, '..', name).startsWith('../generated/')
        return (soleImporters[name] ?? folder) !== folder
      })
      .map((name) => `${file} imports ${name}`),
  )
  expect(violations).toEqual([])
})

test('process.env is read only where a process begins or its configuration is made', () => {
  const offenders = folders
    .flatMap((folder) =>
      sourcesOf(folder).map(({ file, text, isTest }) => ({ path: `${folder}/src/${file}`, text, isTest })),
    )
    .filter(
      ({ path, text, isTest }) => !isTest && text.includes('process.env') && !/(main|configuration)\.ts$/.test(path),
    )
    .map(({ path }) => path)
  expect(offenders).toEqual([])
})

test('KEYS and SCAN are never sent to Redis', () => {
  const offenders = folders
    .flatMap((folder) =>
      sourcesOf(folder).map(({ file, text, isTest }) => ({ path: `${folder}/src/${file}`, text, isTest })),
    )
    .filter(({ text, isTest }) => !isTest && /['"`](KEYS|SCAN)['"`]/.test(text))
    .map(({ path }) => path)
  expect(offenders).toEqual([])
})

function sourcesOf(folder: string): { file: string; text: string; imports: string[]; isTest: boolean }[] {
  const root = join(repositoryFolder, folder, 'src')
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1] as string)
      return { file, text, imports, isTest: /\.test\.tsx?$/.test(file) || /(^|\/)(testing|acceptance)\//.test(file) }
    })
}
