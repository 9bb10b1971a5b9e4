import { useState } from 'react'
import { ScrollBox } from '../shell/scroll-box.tsx'
import { formatNumber } from '../words/numbers.ts'
import { formatMoment } from '../words/time.ts'
import type { ChartData, ChartSeries } from './chart-data.ts'

const mostRows = 48

export interface ValuesColumn {
  title: string
  decimals: number
  series: ChartSeries | undefined
}

/** The charts as numbers, for everyone who reads better than they see: evenly thinned, the newest first. */
export function ValuesTable(props: {
  data: ChartData
  columns: readonly ValuesColumn[]
  timeZone: string | undefined
}) {
  const [isOpen, setOpen] = useState(false)
  const step = Math.max(1, Math.ceil(props.data.at.length / mostRows))
  const rows = isOpen ? props.data.at.map((at, index) => ({ at, index })).filter(({ index }) => index % step === 0) : []
  return (
    <details className="values" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="link">Values as a table</summary>
      {isOpen && (
        <ScrollBox label="Values">
          <table className="tbl">
            <thead>
              <tr>
                <th scope="col">Time</th>
                {props.columns.map(({ title }) => (
                  <th scope="col" key={title} className="num">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.reverse().map(({ at, index }) => (
                <tr key={at}>
                  <th scope="row">{formatMoment(at, props.timeZone)}</th>
                  {props.columns.map(({ title, decimals, series }) => (
                    <td key={title} className="num">
                      {formatNumber(series?.average[index], decimals)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </details>
  )
}
