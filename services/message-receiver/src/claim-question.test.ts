import { expect, test } from 'vitest'
import { readClaimQuestion } from './claim-question.ts'

const codeHash = 'ab'.repeat(32)
const kindOf = (text: string) => readClaimQuestion(Buffer.from(text)).kind

test('no content is a question, the defined JSON asks for a window, and nothing else is anything', () => {
  expect(kindOf('')).toBe('state')
  for (const seconds of [1, 900]) expect(kindOf(JSON.stringify({ codeHash, seconds }))).toBe('window')
  const [short, wrong] = [codeHash.slice(2), codeHash.replace('a', 'x')]
  const others = [
    ...[{ codeHash }, { codeHash, seconds: 0 }, { codeHash, seconds: 901 }, { codeHash, seconds: 1.5 }],
    ...[
      { codeHash, seconds: '60' },
      { codeHash: short, seconds: 60 },
      { codeHash: wrong, seconds: 60 },
    ],
    ...[{ codeHash, seconds: 60, more: 1 }, [], null],
  ]
  for (const content of others) expect(kindOf(JSON.stringify(content)), JSON.stringify(content)).toBe('invalid')
  for (const text of ['{', '\0', ' ']) expect(kindOf(text)).toBe('invalid')
})
