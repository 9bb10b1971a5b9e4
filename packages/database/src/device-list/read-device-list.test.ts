import { expect, test } from 'vitest'
import { guardCell, unguardCell } from './csv-cells.ts'
import { maximumListBytes, maximumListLines, readDeviceList } from './read-device-list.ts'

const read = (text: string | Buffer) =>
  readDeviceList(
    (async function* () {
      // Cut in the middle of everything, as a network does.
      const bytes = Buffer.from(text)
      for (let from = 0; from < bytes.length; from += 7) yield bytes.subarray(from, from + 7)
    })(),
  )
const problemsOf = async (text: string | Buffer) =>
  (await read(text)).problems.map(({ line, column, problem }) => `${line} ${column} ${problem}`)

test('a list is read with byte order mark, any line ends, quotes, and columns in any order', async () => {
  const text =
    '\ufeffName, SERIAL ,tags,notes\r\n"Hall, ""A""",ab-0001,"roof;lift 3, roof","two\nlines"\n\n日本,AB-0002,,\rx,AB-0003,,'
  const { devices, problems, lines } = await read(text)
  expect(problems).toEqual([])
  expect(lines).toBe(3)
  expect(devices).toMatchObject([
    { line: 2, serial: 'AB-0001', name: 'Hall, "A"', tags: ['roof', 'lift 3'], notes: 'two\nlines', site: undefined },
    { line: 5, serial: 'AB-0002', name: '日本', tags: [], notes: '' },
    { line: 6, serial: 'AB-0003', name: 'x' },
  ])
})

test('every bad line of a list is named with its column, also after a good one', async () => {
  const head = 'serial,name,latitude,longitude,tags'
  const bad = [
    'AB-0001,fine,51.5,-0.1,roof',
    'no,short serial,,,',
    'AB-0001,again,,,',
    'AB-0003,north,91,4,',
    'AB-0004,half,50,,',
    'AB-0005,words,fifty,4,',
    `AB-0006,${'x'.repeat(121)},,,`,
    `AB-0007,a,,,${'t'.repeat(41)}`,
    'AB-0008,too,few',
    'AB-0009,bell\u0007,,,',
    'AB-0010,fine,,,',
  ]
  expect(await problemsOf([head, ...bad].join('\r\n'))).toEqual([
    '3 serial not a serial number',
    '4 serial also on line 2',
    expect.stringMatching(/^5 latitude .*90/),
    '6 latitude a position has a latitude and a longitude, or neither',
    '7 latitude not degrees such as 51.2194',
    expect.stringMatching(/^8 name .*120/),
    expect.stringMatching(/^9 tags .*40/),
    '10 null 3 cells where the head line has 5',
    expect.stringMatching(/^11 name no control characters/),
  ])
  expect(await problemsOf(Buffer.from('serial,name\nAB-0001,caf\xe9\n', 'latin1'))).toEqual(['2 name not UTF-8 text'])
})

test('a head that is none, and quotes that never close, are named, and what came before is still judged', async () => {
  expect(await problemsOf('')).toEqual(['1 null the list is empty'])
  expect(await problemsOf('name,colour,name\nx,y,z\n')).toEqual([
    expect.stringContaining('1 null no such column'),
    '1 name the column is there twice',
    '1 serial the column is missing',
    expect.stringContaining('2 serial'),
  ])
  expect(await problemsOf('serial,name\n??,a\nAB-0001,"open\nAB-0002,b\n')).toEqual([
    '2 serial not a serial number',
    '3 null a quotation mark is not closed; the rest was not read',
  ])
})

test('a list that is too long or too large is refused', async () => {
  const lines = Array.from({ length: maximumListLines + 5 }, (_, index) => `AB-${index + 1000}`)
  const list = await readDeviceList(
    (async function* () {
      yield `serial\n${lines.join('\n')}`
    })(),
  )
  expect(list.problems).toEqual([
    {
      line: maximumListLines + 2,
      column: null,
      value: '',
      problem: 'a list has at most 20,000 lines; the rest was not read',
    },
  ])
  const endless = (async function* () {
    yield 'serial\n'
    for (let sent = 0; sent < 2 * maximumListBytes; sent += 30_000) yield `${'A'.repeat(30_000)}\n`
  })()
  await expect(readDeviceList(endless)).rejects.toMatchObject({ code: 'list-too-large' })
})

test('no cell begins like a formula after guarding, and guarding loses nothing', () => {
  for (const text of [
    '=1+1',
    '+1',
    '-1',
    '@x',
    '\tx',
    '\r=x',
    "'=x",
    "''=x",
    "'",
    "O'Neill",
    "'quoted'",
    '',
    '＝1',
    'a=b',
  ]) {
    const guarded = guardCell(text)
    expect(guarded).not.toMatch(/^[=+\-@\t\r＝＋－＠]/)
    expect(unguardCell(guarded), text).toBe(text)
  }
})
