import type { DeviceDetail, DeviceStatus, Presence } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Icon } from '../shell/icon.tsx'
import { formatNumber, formatWithUnit } from '../words/numbers.ts'
import { presencePhrase, presenceWords } from '../words/presence-words.ts'
import { formatDuration, formatMoment, toMoment } from '../words/time.ts'
import { bearerWords } from './device-words.ts'
import { FindingTags } from './finding-tags.tsx'

interface DeviceHeaderProps {
  device: DeviceDetail
  status: DeviceStatus | null
  presence: Presence
  now: number
}

/** Who this booster is, whether it is there, and its facts in one line. */
export function DeviceHeader({ device, status, presence, now }: DeviceHeaderProps) {
  const { icon, className } = presenceWords[presence]
  return (
    <div className="dhead">
      <nav className="crumb" aria-label="Where this booster is">
        <Link to="/">Fleet</Link> /{' '}
        <Link to="/" search={{ search: device.organisation.name }}>
          {device.organisation.name}
        </Link>
        {device.site !== null && (
          <>
            {' / '}
            <Link to="/" search={{ site: device.site.id }}>
              {device.site.name}
            </Link>
          </>
        )}
      </nav>
      <div className="row1">
        <div className="grow">
          <div className="row wrap title">
            <h1>{device.name}</h1>
            <CopySerial serial={device.serial} />
            <span className={`status ${className}`}>
              <Icon name={icon} kind="st" />
              {presencePhrase(presence, device, now)}
            </span>
            <FindingTags findings={status?.findings ?? []} />
          </div>
          <div className="meta">
            <LastSeen device={device} now={now} />
            <span>
              {device.model}
              {status?.device.hardwareRevision !== undefined && `, rev ${status.device.hardwareRevision}`}
            </span>
            <span>Firmware {device.firmwareVersion ?? 'unknown'}</span>
            {status?.uptimeSeconds !== undefined && <span>Up {formatDuration(status.uptimeSeconds * 1000)}</span>}
            {status?.modem.bearer !== undefined && (
              <span>
                {bearerWords[status.modem.bearer]}
                {status.modem.roundTripMs !== undefined && `, ${formatWithUnit(status.modem.roundTripMs, 'ms')}`}
              </span>
            )}
            {status?.device.clockOffsetSeconds !== undefined && (
              <span>Device clock {formatOffset(status.device.clockOffsetSeconds)}</span>
            )}
          </div>
        </div>
      </div>
    </div>
  )
}

function LastSeen({ device, now }: { device: DeviceDetail; now: number }) {
  const lastReportAt = toMoment(device.lastReportAt)
  if (lastReportAt === undefined) return <span>Never seen</span>
  return (
    <span>
      Last seen{' '}
      <b>
        <time dateTime={device.lastReportAt ?? ''} title={formatMoment(lastReportAt, device.site?.timeZone)}>
          {formatDuration(now - lastReportAt)} ago
        </time>
      </b>
    </span>
  )
}

function formatOffset(seconds: number): string {
  if (seconds === 0) return 'exact'
  return `${seconds > 0 ? '+' : ''}${formatNumber(seconds)} s`
}

/** How long the word "copied" stays. */
const copiedMs = 2_000

function CopySerial({ serial }: { serial: string }) {
  const [isCopied, setCopied] = useState(false)
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(serial)
    setCopied(true)
    setTimeout(() => setCopied(false), copiedMs)
  }
  return (
    <button type="button" className="tag mono serial" onClick={copy} aria-label={`Copy serial ${serial}`}>
      {isCopied ? 'copied' : serial} <Icon name={isCopied ? 'check' : 'copy'} />
    </button>
  )
}
