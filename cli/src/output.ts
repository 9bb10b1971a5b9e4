import { styleText } from 'node:util'

/** Where a command writes: data to `out`, talk to `talk`. */
export interface Output {
  /** One line of data on standard output. */
  data(line: string): void
  /** One line for the person, on standard error. */
  say(line: string): void
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
}

interface Stream {
  write(text: string): unknown
  isTTY?: boolean
}

/** Colours only for a terminal, and never against NO_COLOR (https://no-color.org). */
export function createOutput(streams: { out: Stream; talk: Stream; noColor: boolean }): Output {
  const colours = (streams.out.isTTY ?? false) && !streams.noColor
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text
  return {
    data: (line) => void streams.out.write(`${line}\n`),
    say: (line) => void streams.talk.write(`${line}\n`),
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
  }
}

/** Lines of a table with aligned columns; the last column is as long as it likes. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
