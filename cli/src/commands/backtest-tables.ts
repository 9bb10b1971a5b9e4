import { duration, unitOf } from '@stellacontrol/alerts'
import type { BacktestResult } from '@stellacontrol/protocol'

const shownDevices = 10
const shownFirings = 10

/** What a backtest found, as tables for the terminal: what was looked at, its variants, the worst devices, the longest firings. Pure. */
export function backtestTables(result: BacktestResult): string[][][] {
  const tables = [summary(result), variantTable(result)]
  if (result.worstDevices.length > 0) tables.push(deviceTable(result), firingTable(result))
  return tables
}

function summary(result: BacktestResult): string[][] {
  const { rule, from, to, devices, reportingDevices, reports, firingsPerDeviceMonth, longestMs } = result
  const levels = Object.entries(result.severities).map(([severity, count]) => `${count} ${severity}`)
  const busiest = result.days.reduce((one, other) => (other.firings > one.firings ? other : one))
  return [
    ['rule', `${rule.name} (${rule.id})`],
    ['from', `${minute(from)} to ${minute(to)}`],
    ['devices', `${reportingDevices} of ${devices} reported, ${reports} reports`],
    ['raised', levels.length === 0 ? 'never' : levels.join(', ')],
    ['per device', `${firingsPerDeviceMonth} in 30 days`],
    ...(result.heeded === 0 ? [] : [['heeded', `${result.heeded} incidents that somebody took care of`]]),
    ...(longestMs === 0 ? [] : [['longest', duration(longestMs)]]),
    ...(busiest.firings === 0 ? [] : [['most on', `${busiest.day}, ${busiest.firings}`]]),
  ]
}

function variantTable({ rule, variants }: BacktestResult): string[][] {
  const unit = unitOf(rule)
  const name = ({ kind, value }: BacktestResult['variants'][number]) => {
    if (value === null) return 'as it is'
    return kind === 'hold' ? `held for ${value === 0 ? 'no time' : duration(value)}` : `${value} ${unit}`.trim()
  }
  const rows = variants.map((variant) => {
    const { firings, devices, raisedMs, missed } = variant
    return [name(variant), String(firings), String(devices), String(missed), raisedMs === 0 ? '-' : duration(raisedMs)]
  })
  return [['RULE', 'RAISED', 'DEVICES', 'HEEDED MISSED', 'TIME RAISED'], ...rows]
}

function deviceTable({ worstDevices }: BacktestResult): string[][] {
  const rows = worstDevices.slice(0, shownDevices).map(({ serial, name, firings, raisedMs }) => {
    return [serial, String(firings), duration(raisedMs), name]
  })
  return [['DEVICE', 'RAISED', 'TIME RAISED', 'NAME'], ...rows]
}

function firingTable({ rule, firings }: BacktestResult): string[][] {
  const unit = unitOf(rule)
  const rows = firings.slice(0, shownFirings).map((firing) => {
    const { raisedAt, clearedAt, severity, serial, subject, peak } = firing
    const lasted = clearedAt === null ? 'still on' : duration(Date.parse(clearedAt) - Date.parse(raisedAt))
    const worst = peak === null ? '-' : `${Math.round(peak * 10) / 10} ${unit}`.trim()
    return [minute(raisedAt), lasted, severity, worst, subject === null ? serial : `${serial} ${subject}`]
  })
  return [['LONGEST SINCE', 'LASTED', 'SEVERITY', 'WORST', 'DEVICE'], ...rows]
}

const minute = (moment: string) => `${moment.slice(0, 10)} ${moment.slice(11, 16)}Z`
