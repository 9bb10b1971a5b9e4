import uPlot from 'uplot'
import { formatNumber } from '../words/numbers.ts'
import type { ChartColours } from './chart-colours.ts'
import { type ChartSpan, chartFont, drawGaps, drawLimits, drawSpan, type LimitLine } from './chart-drawing.ts'
import { timeLabels } from './time-axis.ts'

/** What a chart draws beside its columns; read anew at every drawing. */
export interface ChartExtras {
  gaps: readonly { from: number; to: number }[]
  limits: readonly LimitLine[]
  span?: ChartSpan | undefined
  /** First and last moment on the axis, epoch ms. */
  from: number
  to: number
}

export interface ChartSetup {
  width: number
  height: number
  decimals: number
  timeZone: string | undefined
  /** A second line, dashed: what the settings ask for. */
  hasSetLine: boolean
  colours: ChartColours
  extras: () => ChartExtras
  onCursor: (chart: uPlot) => void
}

/** All charts with this key share one cursor. */
const sharedCursor = 'device'

/** The options of a chart whose columns are time, highest, lowest, average and, if any, set value. */
export function chartOptions(setup: ChartSetup): uPlot.Options {
  const { colours, decimals, extras, timeZone } = setup
  const hidden = { show: true, stroke: 'transparent', width: 0, points: { show: false } }
  const series: uPlot.Series[] = [
    {},
    { ...hidden, label: 'highest' },
    { ...hidden, label: 'lowest' },
    { label: 'average', stroke: colours.line, width: 1.4, points: { show: true, size: 3, filter: onlyLonePoints } },
  ]
  if (setup.hasSetLine) {
    series.push({ label: 'set', stroke: colours.limit, width: 1, dash: [4, 3], points: { show: false } })
  }
  const axis = { stroke: colours.text, font: chartFont, ticks: { show: false } }
  return {
    width: setup.width,
    height: setup.height,
    ms: 1,
    tzDate: (at) => (timeZone === undefined ? new Date(at) : uPlot.tzDate(new Date(at), timeZone)),
    // The last label of the time axis stands half beside the chart.
    padding: [6, 12, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: sharedCursor, setSeries: false },
      points: { size: 6 },
    },
    scales: {
      x: { range: () => [extras().from, extras().to] },
      y: { range: (_, lowest, highest) => valueRange(lowest, highest, extras().limits) },
    },
    series,
    bands: [{ series: [1, 2], fill: colours.envelope }],
    axes: [
      {
        ...axis,
        size: 22,
        gap: 4,
        space: 64,
        grid: { show: false },
        values: (_, splits, __, ___, step) => timeLabels(splits, step, timeZone),
      },
      {
        ...axis,
        size: 34,
        gap: 6,
        space: 32,
        grid: { stroke: colours.grid, width: 1 },
        values: (_, splits) => splits.map((value) => formatNumber(value, axisDecimals(splits, decimals))),
      },
    ],
    hooks: {
      drawClear: [(chart) => drawSpan(chart, extras().span, colours)],
      drawAxes: [(chart) => drawGaps(chart, extras().gaps, colours)],
      draw: [(chart) => drawLimits(chart, extras().limits, colours)],
      setCursor: [setup.onCursor],
    },
  }
}

/** A point between two gaps has no line to be seen by. */
function onlyLonePoints(chart: uPlot, seriesIndex: number): number[] {
  const values = chart.data[seriesIndex] ?? []
  const lone: number[] = []
  for (let index = 0; index < values.length; index++) {
    if (isMissing(values[index])) continue
    if (isMissing(values[index - 1]) && isMissing(values[index + 1])) lone.push(index)
  }
  return lone
}

function isMissing(value: number | null | undefined): boolean {
  return value === null || value === undefined
}

/** The smallest span of a value axis: noise of a tenth must not look like a storm. */
const leastSpan = 4

/** The value axis: all data and the limits, with a little air. */
function valueRange(lowest: number | null, highest: number | null, limits: readonly LimitLine[]): [number, number] {
  const values = [...(lowest === null ? [] : [lowest]), ...(highest === null ? [] : [highest])]
  values.push(...limits.map((limit) => limit.value))
  if (values.length === 0) return [0, 1]
  const from = Math.min(...values)
  const to = Math.max(...values)
  const air = Math.max((to - from) * 0.12, (leastSpan - (to - from)) / 2, 0.5)
  return [from - air, to + air]
}

function axisDecimals(splits: readonly number[], decimals: number): number {
  const step = Math.abs((splits[1] ?? 0) - (splits[0] ?? 0))
  return step >= 1 ? 0 : decimals
}
