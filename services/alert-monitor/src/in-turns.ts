/** Makes work under the same key happen one after the other; a failure is its caller's alone. */
export function inTurns<Key>(): <Result>(key: Key, work: () => Promise<Result>) => Promise<Result> {
  const latest = new Map<Key, Promise<unknown>>()
  return (key, work) => {
    const result = (latest.get(key) ?? Promise.resolve()).then(work)
    latest.set(
      key,
      result.catch(() => undefined),
    )
    return result
  }
}
