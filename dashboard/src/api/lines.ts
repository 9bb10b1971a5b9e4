/** The lines of a text that comes in pieces, the last one also without its end. Throws if one is longer than that many characters. */
export async function* readLines(stream: ReadableStream<Uint8Array>, longest: number): AsyncGenerator<string> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      rest += decoder.decode(value, { stream: !done })
      const lines = rest.split('\n')
      rest = done ? '' : (lines.pop() ?? '')
      if (Math.max(rest.length, ...lines.map(({ length }) => length)) > longest) throw new Error('a line is too long')
      for (const line of lines) if (line.trim() !== '') yield line
      if (done) return
    }
  } finally {
    // Whoever has read enough, or gives up, lets the sender go.
    await reader.cancel().catch(() => undefined)
  }
}
