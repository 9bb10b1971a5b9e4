import { expect, it } from 'vitest'
import { readLines } from './lines.ts'

function streamOf(...pieces: (string | Uint8Array)[]) {
  const state = { isCancelled: false }
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece)
    },
    cancel() {
      state.isCancelled = true
    },
  })
  return { stream, state }
}

async function linesOf(...pieces: (string | Uint8Array)[]): Promise<string[]> {
  const lines: string[] = []
  for await (const line of readLines(streamOf(...pieces).stream, 20)) lines.push(line)
  return lines
}

it('lines are whole however they are cut, the last one also without its end', async () => {
  expect(await linesOf('one\ntw', 'o\n', '\nthr', 'ee')).toEqual(['one', 'two', 'three'])
  expect(await linesOf()).toEqual([])
  const [before, after] = [new TextEncoder().encode('45 °').slice(0, 4), new TextEncoder().encode('45 °').slice(4)]
  expect(await linesOf(before, after, 'C\n')).toEqual(['45 °C'])
})

it('a line that does not end is not kept without end, and the sender is let go', async () => {
  await expect(linesOf('short\n', 'a line of many', ' characters more')).rejects.toThrow('too long')
  const { stream, state } = streamOf('one\n', 'two\n', 'three\n', 'four\n')
  for await (const line of readLines(stream, 20)) if (line === 'one') break
  expect(state.isCancelled).toBe(true)
})
