/** A choice of several words with one more, or one less; undefined if none is left. */
export function toggled<Word>(chosen: Word[] | undefined, word: Word, on: boolean): Word[] | undefined {
  const rest = (chosen ?? []).filter((other) => other !== word)
  const next = on ? [...rest, word] : rest
  return next.length === 0 ? undefined : next
}
