import type { DeviceSummary } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useWatch } from '../live/live-context.tsx'
import { Icon } from '../shell/icon.tsx'
import { findingPhrase } from '../words/finding-words.ts'
import { presencePhrase, presenceWords } from '../words/presence-words.ts'
import { severityWords } from '../words/severity-words.ts'
import type { FleetList } from './fleet-list.ts'
import { useRowKeys } from './row-keys.ts'
import { useDeviceRow } from './use-device-row.ts'

const tileHeight = 76
const gap = 8
const leastTileWidth = 166
const overscan = 4
const loadAhead = 6

/** The fleet as tiles, in the same order as the table: the whole page scrolls, only lines near the screen exist. */
export function FleetTiles({ list }: { list: FleetList }) {
  const container = useRef<HTMLUListElement>(null)
  const { columns, offset } = useTileGrid(container)
  const devices = list.devices ?? []
  const lines = Math.ceil(devices.length / columns)
  const virtualizer = useWindowVirtualizer({
    count: lines,
    estimateSize: () => tileHeight + gap,
    overscan,
    scrollMargin: offset,
    scrollPaddingStart: 120,
    scrollPaddingEnd: 80,
  })
  const visible = virtualizer.getVirtualItems()
  const last = visible.at(-1)
  const { loadMore } = list
  const isNearEnd = last !== undefined && last.index >= lines - loadAhead
  useEffect(() => {
    if (isNearEnd) loadMore()
  })
  const shown = visible.flatMap(({ index }) =>
    devices
      .slice(index * columns, (index + 1) * columns)
      .map((device, column) => ({ device, index: index * columns + column })),
  )
  useWatch(
    'summary',
    shown.map(({ device }) => device.serial),
  )
  useRowKeys(devices.length, (index) => virtualizer.scrollToIndex(Math.floor(index / columns)))
  const start = (visible[0]?.start ?? offset) - offset
  return (
    <ul
      className="tiles"
      ref={container}
      aria-label="Boosters"
      style={{
        paddingTop: start,
        height: virtualizer.getTotalSize(),
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
      }}
    >
      {shown.map(({ device, index }) => (
        <Tile key={device.serial} loaded={device} index={index} total={list.total} />
      ))}
    </ul>
  )
}

/** How many tiles fit beside each other, and how far below the top of the page they begin. */
function useTileGrid(container: React.RefObject<HTMLElement | null>): { columns: number; offset: number } {
  const [grid, setGrid] = useState({ columns: 2, offset: 0 })
  useLayoutEffect(() => {
    const element = container.current
    if (element === null) return
    function measure(): void {
      if (element === null) return
      const columns = Math.max(2, Math.floor((element.clientWidth + gap) / (leastTileWidth + gap)))
      const offset = Math.round(element.getBoundingClientRect().top + window.scrollY)
      setGrid((old) => (old.columns === columns && old.offset === offset ? old : { columns, offset }))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [container])
  return grid
}

const Tile = memo(function Tile({ loaded, index, total }: { loaded: DeviceSummary; index: number; total: number }) {
  const { device, presence, now, isOld } = useDeviceRow(loaded)
  const { icon, word, className } = severityWords[device.severity]
  const isSilent = presence === 'stale' || presence === 'offline' || presence === 'never-seen'
  const worst = device.findings.find((finding) => finding.severity === device.severity)
  const phrase = isSilent
    ? presencePhrase(presence, device, now)
    : worst === undefined
      ? 'within limits'
      : findingPhrase(worst)
  return (
    <li aria-posinset={index + 1} aria-setsize={total}>
      <Link
        to="/devices/$serial"
        params={{ serial: device.serial }}
        className={`tile ${isSilent ? '' : className} ${isOld ? 'old' : ''}`}
        data-index={index}
        data-row-link
      >
        <b>
          {device.serial}
          {isSilent ? (
            <Icon name={presenceWords[presence].icon} kind="st" label={presenceWords[presence].word} />
          ) : (
            device.severity !== 'normal' && <Icon name={icon} kind="sv" label={word} />
          )}
        </b>
        <span>{device.name}</span>
        <em className={isSilent ? `status ${presenceWords[presence].className}` : ''}>{phrase}</em>
      </Link>
    </li>
  )
})
