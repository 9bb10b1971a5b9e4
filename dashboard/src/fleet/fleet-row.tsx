import type { DeviceSummary } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { worstBandOf } from '../words/finding-words.ts'
import { formatNumber, notMeasured } from '../words/numbers.ts'
import { severityClass, severityWords, worstFinding } from '../words/severity-words.ts'
import { formatDuration, formatMoment, toMoment } from '../words/time.ts'
import { BandStrip } from './band-strip.tsx'
import { FindingCounts, JudgedValue, MarginGauge, PresenceStatus } from './device-cells.tsx'
import { useDeviceRow } from './use-device-row.ts'

/** One booster. It renders by itself when its own values change, or once a second for the ages. */
export const FleetRow = memo(function FleetRow({ loaded, index }: { loaded: DeviceSummary; index: number }) {
  const { device, presence, now, isOld } = useDeviceRow(loaded)
  const { findings } = device
  const worstBand = worstBandOf(device)
  const marginFinding = worstFinding(findings, ({ code }) => code === 'isolation-margin-low')
  const lastReportAt = toMoment(device.lastReportAt)
  const edge = device.severity === 'normal' ? '' : severityWords[device.severity].className.replace('p', 'a')
  return (
    <tr className={`${edge} ${isOld ? 'old' : ''}`} data-index={index} aria-rowindex={index + 2}>
      <td>
        <PresenceStatus presence={presence} device={device} now={now} />
      </td>
      <td className="mono">
        <Link to="/devices/$serial" params={{ serial: device.serial }} data-row-link>
          {device.serial}
        </Link>
      </td>
      <td className="el">{device.name}</td>
      <td className="el">{device.site?.name ?? notMeasured}</td>
      <td className="el t2">{device.organisation.name}</td>
      <td>{device.model}</td>
      <td>{device.firmwareVersion ?? notMeasured}</td>
      <td className="num">
        <JudgedValue
          text={formatNumber(device.boardCelsius, 1)}
          finding={worstFinding(findings, ({ code }) => code === 'board-temperature-high')}
        />
      </td>
      <td>
        <BandStrip bands={device.bands} findings={findings} />
        <span className={severityClass(worstBand.finding) || 't2'}>{worstBand.words}</span>
      </td>
      <td className="num">
        <JudgedValue text={formatNumber(device.minimumIsolationMarginDb, 1)} finding={marginFinding} />
        <MarginGauge marginDb={device.minimumIsolationMarginDb} model={device.model} finding={marginFinding} />
      </td>
      <td className="num">
        {lastReportAt === undefined ? (
          <span className="u">never</span>
        ) : (
          <time dateTime={device.lastReportAt ?? ''} title={formatMoment(lastReportAt, device.site?.timeZone)}>
            {formatDuration(now - lastReportAt)}
          </time>
        )}
      </td>
      <td>
        <FindingCounts findings={findings} />
      </td>
    </tr>
  )
})
