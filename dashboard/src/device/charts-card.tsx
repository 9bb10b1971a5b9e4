import type { DeviceStatus } from '@stellacontrol/protocol'
import { type Range, ranges } from '../api/history.ts'
import { Chart } from '../charts/chart.tsx'
import { difference } from '../charts/chart-data.ts'
import { ValuesTable } from '../charts/values-table.tsx'
import { limitsOf } from '../device-models.ts'
import { AfterDelay, EmptyState } from '../shell/page-states.tsx'
import { useTheme } from '../shell/theme.ts'
import { formatNumber } from '../words/numbers.ts'
import { isBandDown } from './band-row.ts'
import { rangeNames } from './device-search.ts'
import { type ChartSource, useChartData } from './use-chart-data.ts'
import 'uplot/dist/uPlot.min.css'

interface ChartsCardProps {
  serial: string
  model: string
  timeZone: string | undefined
  status: DeviceStatus | null
  band: string | undefined
  range: Range
  now: number
  /** The booster or the feed is silent: the newest values are the last known ones. */
  isOld: boolean
  onBand: (band: string) => void
  onRange: (range: Range) => void
}

/** What was, up to this second: board, and the levels and gain of one band. */
export function ChartsCard(props: ChartsCardProps) {
  const source = useChartData(props.serial, props.range, props.band, props.status, props.now)
  const theme = useTheme()
  return (
    <section className="card" aria-labelledby="charts-title">
      <header>
        <h2 id="charts-title">Charts</h2>
        <span className="grow" />
        {(props.status?.bands.length ?? 0) > 0 && (
          <fieldset className="seg">
            <legend className="vh">Band</legend>
            {props.status?.bands.map(({ band }) => (
              <Segment key={band} isOn={band === props.band} onChoose={() => props.onBand(band)}>
                {band}
              </Segment>
            ))}
          </fieldset>
        )}
        <fieldset className="seg">
          <legend className="vh">Time range</legend>
          {rangeNames.map((range) => (
            <Segment key={range} isOn={range === props.range} onChoose={() => props.onRange(range)}>
              {ranges[range].label}
            </Segment>
          ))}
        </fieldset>
      </header>
      <ChartsBody key={theme} {...props} source={source} />
    </section>
  )
}

function Segment({ isOn, onChoose, children }: { isOn: boolean; onChoose: () => void; children: string }) {
  return (
    <button type="button" className={isOn ? 'on' : ''} aria-pressed={isOn} onClick={onChoose}>
      {children}
    </button>
  )
}

function ChartsBody({ source, ...props }: ChartsCardProps & { source: ChartSource }) {
  if (source.data === undefined) {
    if (source.error === null) {
      return (
        <AfterDelay>
          <div className="pad" role="status" aria-busy="true">
            <span className="vh">Loading the past</span>
            <span className="skel chart-skeleton" />
          </div>
        </AfterDelay>
      )
    }
    return (
      <EmptyState
        icon="info"
        title="History did not load"
        actions={
          <button type="button" className="btn sm" onClick={source.retry}>
            Try again
          </button>
        }
      >
        {source.error.message}. Live values are not affected.
      </EmptyState>
    )
  }
  return <Charts {...props} source={source} data={source.data} />
}

/** The limits of a value as lines, the mildest first. */
function limitLines(limits: Partial<Record<'minor' | 'major' | 'critical', number>>, side: 'above' | 'below') {
  return (['minor', 'major', 'critical'] as const).flatMap((severity) => {
    const value = limits[severity]
    return value === undefined ? [] : [{ value, words: `${severity} ${side} ${value}` }]
  })
}

const wideHeight = 208
const height = 118

function Charts({
  source,
  data,
  ...props
}: ChartsCardProps & { source: ChartSource; data: NonNullable<ChartSource['data']> }) {
  const { band: name, status, model } = props
  const limits = limitsOf(model)
  const band = status?.bands.find((candidate) => candidate.band === name)
  const of = (metric: string) => (name === undefined ? undefined : data.series.get(`${name}.${metric}`))
  const delivered = of('downlinkOutputDbm')
  const donor = of('downlinkInputDbm')
  const gain = of('gainActualDb')
  const margin = difference(of('isolationDb'), gain)
  const board = data.series.get('boardCelsius')
  const common = {
    data,
    from: source.from,
    to: source.to,
    timeZone: props.timeZone,
    spanWords: ranges[props.range].words,
  }
  const marginLimits = limitLines(limits.isolationMarginDb, 'below')
  const boardLimits = limitLines(limits.boardCelsius, 'above')
  const subtitle = name ?? ''
  const recency = props.isOld ? 'last known' : 'now'
  return (
    <>
      <div className="charts">
        {name !== undefined && (
          <>
            <Chart
              {...common}
              isWide
              title="Downlink power delivered"
              subtitle={subtitle}
              unit="dBm"
              series={delivered}
              height={wideHeight}
            >
              {formatNumber(band?.downlinkOutputDbm?.average, 1)} <small>dBm {recency}</small>
            </Chart>
            <Chart {...common} title="Donor level" subtitle={subtitle} unit="dBm" series={donor} height={height}>
              {formatNumber(band?.downlinkInputDbm?.average, 1)} <small>{recency}</small>
            </Chart>
            <Chart
              {...common}
              title="Gain, actual against set"
              subtitle={subtitle}
              unit="dB"
              series={gain}
              set={of('gainSetDb')}
              height={height}
            >
              {formatNumber(band?.gainActualDb, 1)} <small>of {formatNumber(band?.gainSetDb, 1)} set</small>
            </Chart>
            <Chart
              {...common}
              title="Isolation margin"
              subtitle={subtitle}
              unit="dB"
              series={margin}
              limits={marginLimits}
              height={height}
            >
              {formatNumber(band === undefined || isBandDown(band) ? undefined : band.isolationMarginDb, 1)}{' '}
              <small>limit {formatNumber(limits.isolationMarginDb.minor)}</small>
            </Chart>
          </>
        )}
        <Chart
          {...common}
          title="Board temperature"
          subtitle=""
          unit="°C"
          series={board}
          limits={boardLimits}
          height={height}
        >
          {formatNumber(status?.environment.boardCelsius, 1)}{' '}
          <small>limit {formatNumber(limits.boardCelsius.minor)}</small>
        </Chart>
      </div>
      <div className="chart-foot">
        <span className="lg">
          <span>average</span>
          <span className="g-n">lowest to highest</span>
          <span className="g-l">limit or set value</span>
          <span className="g-h">no reports</span>
        </span>
        <ValuesTable
          data={data}
          timeZone={props.timeZone}
          columns={[
            { title: 'Delivered, dBm', decimals: 1, series: delivered },
            { title: 'Donor, dBm', decimals: 1, series: donor },
            { title: 'Gain, dB', decimals: 1, series: gain },
            { title: 'Isolation margin, dB', decimals: 1, series: margin },
            { title: 'Board, °C', decimals: 1, series: board },
          ]}
        />
      </div>
    </>
  )
}
