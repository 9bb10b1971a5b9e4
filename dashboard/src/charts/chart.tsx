import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react'
import uPlot from 'uplot'
import { formatNumber, formatWithUnit } from '../words/numbers.ts'
import { formatMoment } from '../words/time.ts'
import { readChartColours } from './chart-colours.ts'
import type { ChartData, ChartSeries } from './chart-data.ts'
import { extent, gapsUntil } from './chart-data.ts'
import type { ChartSpan, LimitLine } from './chart-drawing.ts'
import { type ChartExtras, chartOptions } from './chart-options.ts'

export interface ChartProps {
  title: string
  /** What the title leaves open: the band, the kind of average. */
  subtitle: string
  unit: string
  decimals?: number
  data: ChartData
  series: ChartSeries | undefined
  set?: ChartSeries | undefined
  limits?: readonly LimitLine[]
  /** A time that is tinted. */
  span?: ChartSpan
  from: number
  to: number
  /** The time span in words, for those who cannot see the chart. */
  spanWords: string
  height: number
  isWide?: boolean
  timeZone: string | undefined
  /** The newest value and what to compare it with. */
  children: ReactNode
}

/** One chart over time: average as a line, lowest to highest as a grey band, gaps hatched, limits dashed. */
export function Chart(props: ChartProps) {
  const { data, series, set, limits = [], span, from, to, timeZone, height, decimals = 1, unit } = props
  const box = useRef<HTMLDivElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const extras = useRef<ChartExtras>({ gaps: [], limits: [], from, to })
  extras.current = { gaps: gapsUntil(data, to), limits, span, from, to }
  const hasSetLine = set !== undefined

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const options = chartOptions({
      width: element.clientWidth,
      height,
      decimals,
      timeZone,
      hasSetLine,
      colours: readChartColours(),
      extras: () => extras.current,
      onCursor: (chart) => showTip(chart, tip.current, { unit, decimals, timeZone }),
    })
    const chart = new uPlot(options, [[]], element)
    plot.current = chart
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== chart.width) chart.setSize({ width: element.clientWidth, height })
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
      plot.current = undefined
    }
  }, [height, decimals, timeZone, hasSetLine, unit])

  useEffect(() => {
    const none = data.at.map(() => null)
    const columns: uPlot.AlignedData = [
      data.at,
      series?.maximum ?? none,
      series?.minimum ?? none,
      series?.average ?? none,
      ...(set === undefined ? [] : [set.average]),
    ]
    plot.current?.setData(columns)
  })

  return (
    <figure className={`chart ${props.isWide ? 'wide' : ''}`}>
      <figcaption>
        <b>{props.title}</b>
        <span>
          {props.subtitle}
          {props.subtitle === '' ? '' : ', '}
          {unit}
        </span>
        <span className="grow" />
        <span className="now">{props.children}</span>
      </figcaption>
      <div className="canvas" role="img" aria-label={summary(props)} style={{ height }}>
        <div ref={box} />
        <div ref={tip} className="tip" hidden />
      </div>
    </figure>
  )
}

function summary({ title, subtitle, series, unit, decimals = 1, spanWords, data }: ChartProps): string {
  const span = extent(series)
  const name = [title, subtitle].filter(Boolean).join(', ')
  if (span === undefined) return `${name}, ${spanWords}: no values`
  const values = [span.lowest, span.highest, span.latest].map((value) => formatNumber(value, decimals))
  const gaps = data.gaps.length === 0 ? '' : `; ${data.gaps.length} times without reports`
  return `${name}, ${spanWords}: ${values[0]} to ${values[1]} ${unit}, latest ${values[2]} ${unit}${gaps}`
}

interface TipWords {
  unit: string
  decimals: number
  timeZone: string | undefined
}

/** Fills the small window beside the cursor, in the chart under the pointer only; the others show the line. */
function showTip(chart: uPlot, tip: HTMLDivElement | null, { unit, decimals, timeZone }: TipWords): void {
  if (tip === null) return
  const { left = -1, idx, event } = chart.cursor
  const isHere = event !== undefined && event !== null && chart.over.contains(event.target as Node)
  if (!isHere || left < 0 || idx === null || idx === undefined) {
    tip.hidden = true
    return
  }
  const [at, highest, lowest, average, set] = [0, 1, 2, 3, 4].map((series) => chart.data[series]?.[idx])
  const moment = document.createElement('b')
  moment.textContent = formatMoment(at ?? 0, timeZone)
  const lines: Node[] = [moment, document.createElement('br')]
  if (average === null || average === undefined) lines.push(document.createTextNode('no report'))
  else {
    lines.push(document.createTextNode(formatWithUnit(average, unit, decimals)))
    const range = document.createElement('span')
    if (highest !== lowest)
      range.textContent = ` ${formatNumber(lowest, decimals)} to ${formatNumber(highest, decimals)}`
    if (set !== null && set !== undefined) range.textContent += ` set ${formatNumber(set, decimals)}`
    lines.push(range)
  }
  tip.replaceChildren(...lines)
  tip.hidden = false
  const isRight = left > chart.over.clientWidth / 2
  const x = chart.over.offsetLeft + left + (isRight ? -12 : 12)
  tip.style.transform = `translate(${isRight ? `calc(${x}px - 100%)` : `${x}px`}, 8px)`
}
