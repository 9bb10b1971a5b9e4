import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { catalogue, describeRule, duration, platformTable } from '@stellacontrol/alerts'
import { alertClasses } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'

const repositoryFolder = fileURLToPath(new URL('../../../', import.meta.url))
const codeFolders = ['packages', 'services', 'simulator', 'cli']

const read = (file: string) => readFileSync(join(repositoryFolder, file), 'utf8')
const sources = codeFolders
  .flatMap((folder) =>
    readdirSync(join(repositoryFolder, folder), { recursive: true, encoding: 'utf8' })
      .filter(
        (file) => /(^|\/)src\/.*(?<!\.test)\.ts$/.test(file) && !/node_modules|\/(testing|acceptance)\//.test(file),
      )
      .map((file) => join(folder, file)),
  )
  .map((file) => ({ file, text: read(file) }))

/** The first column of a document's tables, for cells in backticks. */
function namesIn(document: string): string[] {
  return [...read(document).matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] as string),
  )
}

test('docs/errors.md lists every error code, and no other', () => {
  const pattern = /(?:new CodedError\(\s*|rejected\(|connectError\(|super\(\s*|readonly code = )'([a-z0-9-]+)'/g
  const codes = sources
    .filter(({ file }) => !file.includes('application-service'))
    .flatMap(({ text }) => [...text.matchAll(pattern)].map((match) => match[1] as string))
  const table = sources.find(({ file }) => file.endsWith('http/error-codes.ts'))?.text ?? ''
  const problems = [...table.matchAll(/^ {2}'?([a-z0-9-]+)'?: \{/gm)].map((match) => match[1] as string)
  expect(problems.length).toBeGreaterThan(10)
  expect(namesIn('docs/errors.md').toSorted()).toEqual([...new Set([...codes, ...problems])].toSorted())
})

test('docs/configuration.md lists every environment variable, and no other', () => {
  const pattern = /\b((?:STELLA|REDIS|DATABASE|MQTT)_[A-Z_]*[A-Z])\b/g
  const variables = sources.flatMap(({ text }) => [...text.matchAll(pattern)].map((match) => match[1] as string))
  expect(namesIn('docs/configuration.md').toSorted()).toEqual([...new Set(variables)].toSorted())
})

const shortPaths: Record<string, string> = {
  MR: 'services/message-receiver/src',
  AS: 'services/application-service/src',
  DB: 'packages/database/src',
}

test('docs/security.md has every requirement once, and each names files that exist, a test of them, or says why not', () => {
  const rows = read('docs/security.md')
    .split('\n')
    .filter((line) => /^\| S\d/.test(line))
  expect(rows.map((row) => row.split(' ')[1])).toEqual(Array.from({ length: 35 }, (_, index) => `S${index + 1}`))
  for (const row of rows) {
    const paths = [...row.matchAll(/`([^`\s]*\/[^`\s]*)`/g)].map(([, path = '']) =>
      path.replace(/^(?:MR|AS|DB)(?=\/)/, (short) => shortPaths[short] as string),
    )
    expect(paths.filter((path) => !existsSync(join(repositoryFolder, path)))).toEqual([])
    const isProven = paths.some((path) => path.endsWith('.test.ts'))
    expect(isProven || /\| later: /.test(row), row).toBe(true)
  }
})

test('docs/dependencies.md has a sentence for every package that is depended on', () => {
  const files = [
    'package.json',
    ...['packages', 'services'].flatMap((folder) =>
      readdirSync(join(repositoryFolder, folder)).map((name) => `${folder}/${name}/package.json`),
    ),
    ...['dashboard', 'simulator', 'cli', 'e2e', 'benches'].map((folder) => `${folder}/package.json`),
  ]
  const wanted = files.flatMap((file) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read(file))
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
  })
  const document = read('docs/dependencies.md')
  const isMentioned = (name: string) =>
    document.includes(`\`${name}\``) || document.includes(`\`${name.replace(/\/.*/, '/*')}\``) || tanstack(name)
  const tanstack = (name: string) =>
    name.startsWith('@tanstack/react-') && document.includes(name.replace('@tanstack/react', ''))
  expect([...new Set(wanted)].filter((name) => !name.startsWith('@stellacontrol/') && !isMentioned(name))).toEqual([])
})

test("docs/alerts.md explains the platform's own rules as they are", () => {
  const document = read('docs/alerts.md')
  for (const row of platformTable().split('\n')) expect(document).toContain(`\n${row}\n`)
})

test('docs/alerts.md explains every rule of the catalogue as it is', () => {
  const [document] = read('docs/alerts.md').split("## The platform's own")
  if (document === undefined) throw new Error('it has no such part')
  const rows = new Map(
    [...document.matchAll(/^\| `([a-z0-9-]+)` .*\|$/gm)].map(([row, id]) => [id, row.slice(2, -2).split(' | ')]),
  )
  expect([...rows.keys()]).toEqual(
    alertClasses.flatMap((one) => catalogue.filter((rule) => rule.class === one).map(({ id }) => id)),
  )
  for (const rule of catalogue) {
    const { raises, clears, severity, reminds } = describeRule(rule)
    const hiddenBy = (rule.hiddenBy ?? []).map((id) => `\`${id}\``).join(' ')
    const row = rows.get(rule.id)
    expect(row).toEqual([`\`${rule.id}\` ${rule.name}`, raises, clears, severity, reminds, hiddenBy, rule.basis])
    for (const level of rule.levels) {
      expect(severity).toContain(level.severity)
      // Of an event or a flag there is no threshold to tell.
      if (level.raiseAt === 0.5) continue
      expect(` ${raises}`.replaceAll('<br>', ' ')).toContain(` ${level.raiseAt}`)
      if (rule.looksAt.kind !== 'silence') expect(` ${clears}`.replaceAll('<br>', ' ')).toContain(` ${level.clearAt}`)
      const { holdMs, samples } = level.raise ?? rule.raise
      if (holdMs > 0) expect(raises).toContain(duration(holdMs))
      if (samples > 1) expect(raises).toContain(`${samples} reports`)
    }
    expect(reminds).toContain(rule.recurrence.replaceAll('-', ' '))
  }
})

test('every file that a document links to exists', () => {
  const documents = [
    'README.md',
    ...readdirSync(join(repositoryFolder, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => `docs/${file}`),
  ]
  const broken = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)]
      .map((match) => join(document, '..', match[1] as string))
      .filter((file) => {
        try {
          read(file)
          return false
        } catch (error) {
          return (error as NodeJS.ErrnoException).code !== 'EISDIR'
        }
      })
      .map((file) => `${document} -> ${file}`),
  )
  expect(broken).toEqual([])
})
