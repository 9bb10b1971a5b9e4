import blns from 'big-list-of-naughty-strings/blns.json' with { type: 'json' }

/** What the list has not: for mail headers, spreadsheets, terminals, logs, UTF-8, and the edges of what a field takes. */
const ourOwn = [
  'Quay\r\nBcc: all@example.com',
  'Quay\nSubject: other',
  'log\n{"level":"error","msg":"forged"}',
  `=cmd|'/c calc'!A0`,
  '+1',
  '-1+2',
  '@SUM(A1)',
  '\t=1',
  '＝1',
  '＋1',
  "'=x",
  "''=x",
  "'",
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u009b31mC1',
  'del\u007f',
  'nul\u0000byte',
  'line\u2028separator',
  '\u202egnp.exe',
  '\u2066isolate\u2069',
  '\ud800lone',
  'lone\udfff',
  'replaced \ufffd character',
  '𝒳👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'e\u0301 is not \u00e9',
  '\ufeffbyte order mark',
  'mid\ufeffdle',
  '  padded  ',
  'two  blanks',
  '"quoted", and ; more',
  `{{7*7}} $\{7*7} <%= 7*7 %> %s %n`,
  '=?utf-8?q?encoded?=',
  '</script><script>alert(1)</script>',
  '__proto__',
  'constructor',
  'İıſẞ',
]

/** The edge of a field of this many characters (not code units), and one beyond. */
function edgesOf(longest: number): string[] {
  return [
    'W'.repeat(longest),
    '👾'.repeat(longest),
    '"'.repeat(longest),
    'W'.repeat(longest + 1),
    '👾'.repeat(longest + 1),
  ]
}

/** For a field of so many characters: ours, and one of `every` of the big list. */
export function naughtyStrings(longest: number, every = 1): string[] {
  return [...new Set([...ourOwn, ...edgesOf(longest), ...blns.filter((_, index) => index % every === 0)])]
}

/** How a field treats text. `comment` is a paragraph that is trimmed and not empty, `tag` is a line without the characters that part tags. */
export interface TextRule {
  kind: 'line' | 'optional line' | 'paragraph' | 'comment' | 'tag'
  longest: number
}

/**
 * What has to come back for a text: the documented trimming and nothing else; undefined = it has to be refused. Written apart from the
 * schemas, so that it can disagree with them.
 */
export function expectedOf(text: string, { kind, longest }: TextRule): string | undefined {
  const kept = kind === 'paragraph' ? text : text.trim()
  const hasLines = kind === 'paragraph' || kind === 'comment'
  const isControl = (character: string) => {
    const code = character.codePointAt(0) ?? 0
    if (hasLines && [9, 10, 13].includes(code)) return false
    if (!hasLines && (code === 0x2028 || code === 0x2029)) return true
    return code < 32 || (code >= 127 && code < 160)
  }
  if ([...kept].length > longest || /\p{Cs}/u.test(kept) || [...kept].some(isControl)) return undefined
  if (kept === '' && kind !== 'paragraph' && kind !== 'optional line') return undefined
  if (kind === 'tag' && /[,;]/.test(kept)) return undefined
  return kept
}
