/** Numbers as people read them: a real minus, a space before the unit, a dash for what was not measured. */
export const notMeasured = '–'

/** `decimals` is fixed, so that digits do not dance while values change. */
export function formatNumber(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return notMeasured
  const rounded = Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value
  const text = Math.abs(rounded).toLocaleString('en-GB', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
  return rounded < 0 ? `\u2212${text}` : text
}

/** "48.3 °C"; a dash without its unit if there is no value. */
export function formatWithUnit(value: number | null | undefined, unit: string, decimals = 0): string {
  const text = formatNumber(value, decimals)
  return text === notMeasured ? text : `${text} ${unit}`
}

/** A change with its sign: "+0.2", "−9.4", "0.0". */
export function formatChange(value: number, decimals = 1): string {
  const text = formatNumber(value, decimals)
  return value > 0 && Number(value.toFixed(decimals)) !== 0 ? `+${text}` : text
}

/** Bytes for people, in powers of 1000: "3.4 MB". */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return notMeasured
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${formatNumber(value, unit === 0 ? 0 : 1)} ${units[unit]}`
}

/** "1 booster", "12 boosters". */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${formatNumber(amount)} ${amount === 1 ? one : many}`
}
