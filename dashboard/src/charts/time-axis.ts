const dayMs = 86_400_000

/** The labels of a time axis: hours within a day, the weekday at midnight, dates for long spans. `splits` in epoch ms. */
export function timeLabels(splits: readonly number[], stepMs: number, timeZone: string | undefined): string[] {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone })
  const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone })
  const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone })
  return splits.map((at) => {
    if (stepMs >= 2 * dayMs) return date.format(at)
    if (stepMs >= dayMs) return `${weekday.format(at)} ${date.format(at)}`
    const label = time.format(at)
    return label === '00:00' ? weekday.format(at) : label
  })
}
