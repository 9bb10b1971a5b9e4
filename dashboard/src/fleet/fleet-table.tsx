import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, useEffect, useRef } from 'react'
import { useWatch } from '../live/live-context.tsx'
import { Icon } from '../shell/icon.tsx'
import { formatNumber } from '../words/numbers.ts'
import type { FleetList } from './fleet-list.ts'
import { FleetRow } from './fleet-row.tsx'
import { directionOf, type FleetSearch, sorts } from './fleet-search.ts'
import { useRowKeys } from './row-keys.ts'

interface Column {
  title: string
  /** Width in px; the columns without one share what is left. */
  width?: number
  sort?: NonNullable<FleetSearch['sort']>
  isNumber?: boolean
}
const columns: Column[] = [
  { title: 'Status', width: 124 },
  { title: 'Serial', width: 106, sort: 'serial' },
  { title: 'Name', sort: 'name' },
  { title: 'Site', sort: 'site' },
  { title: 'Customer', width: 150 },
  { title: 'Model', width: 50 },
  { title: 'Firmware', width: 66 },
  { title: 'Board °C', width: 84, sort: 'boardCelsius', isNumber: true },
  { title: 'Worst band vs set', width: 152 },
  { title: 'Isolation margin', width: 124, sort: 'minimumIsolationMarginDb', isNumber: true },
  { title: 'Last seen', width: 72, sort: 'lastReportAt', isNumber: true },
  { title: 'Findings', width: 134, sort: 'severity' },
]

const rowHeight = 35
const headHeight = 32
/** Rows kept ready above and below, and rows from the end at which the next page is asked for. */
const overscan = 8
const loadAhead = 25

interface FleetTableProps {
  list: FleetList
  search: FleetSearch
  onSort: (sort: NonNullable<FleetSearch['sort']>) => void
}

/** The fleet as a table: only rows near the screen exist, the counts for screen readers are those of the whole list. */
export function FleetTable({ list, search, onSort }: FleetTableProps) {
  const scroller = useRef<HTMLElement>(null)
  const devices = list.devices ?? []
  const virtualizer = useVirtualizer({
    count: devices.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    scrollPaddingStart: headHeight,
  })
  const rows = virtualizer.getVirtualItems()
  const first = rows[0]
  const last = rows.at(-1)
  const { loadMore } = list
  const isNearEnd = last !== undefined && last.index >= devices.length - loadAhead
  useEffect(() => {
    if (isNearEnd) loadMore()
  })
  useWatch('summary', rows.map((row) => devices[row.index]?.serial ?? '').filter(Boolean))
  useRowKeys(devices.length, (index) => virtualizer.scrollToIndex(index))

  const range = virtualizer.range
  return (
    <>
      <section className="tw" ref={scroller} aria-label="Booster table">
        <table className="tbl" aria-rowcount={list.total + 1}>
          <colgroup>
            {columns.map(({ title, width }) => (
              <col key={title} style={width === undefined ? {} : { width }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((column) => (
                <HeadCell key={column.title} column={column} search={search} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            <Spacer height={first?.start ?? 0} />
            {rows.map(({ index }) => {
              const device = devices[index]
              return device && <FleetRow key={device.serial} loaded={device} index={index} />
            })}
            <Spacer height={last === undefined ? 0 : virtualizer.getTotalSize() - last.end} />
          </tbody>
        </table>
      </section>
      <div className="foot">
        <span>
          {range === null ? 0 : formatNumber(range.startIndex + 1)}–{formatNumber((range?.endIndex ?? -1) + 1)} of{' '}
          {formatNumber(list.total)} shown
        </span>
        <span className="grow" />
        <span>
          <kbd>J</kbd> <kbd>K</kbd> move
        </span>
        <span>
          <kbd>↵</kbd> open
        </span>
        <span>
          <kbd>?</kbd> all shortcuts
        </span>
      </div>
    </>
  )
}

/** Stands for the rows that are not there. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null
  const style: CSSProperties = { height }
  return (
    <tr className="spacer">
      <td colSpan={columns.length} style={style} aria-hidden="true" />
    </tr>
  )
}

function HeadCell({ column, search, onSort }: { column: Column } & Pick<FleetTableProps, 'search' | 'onSort'>) {
  const { title, sort, isNumber } = column
  const className = isNumber ? 'num' : ''
  if (sort === undefined) return <th className={className}>{title}</th>
  const isSorted = (search.sort ?? 'severity') === sort
  const direction = directionOf(search)
  return (
    <th className={className} aria-sort={isSorted ? direction : 'none'}>
      <button type="button" className="sort" onClick={() => onSort(sort)} title={`Order by ${sorts[sort].words}`}>
        {title}
        {isSorted && <Icon name={direction === 'ascending' ? 'up' : 'down'} />}
      </button>
    </th>
  )
}
