import type { DeviceDetail, DeviceStatus } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useCanGoBack, useRouter } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { DeviceIncidentsCard } from '../alerts/device-incidents-card.tsx'
import { deviceQuery, deviceStatusQuery } from '../api/devices.ts'
import { ApiError } from '../api/http.ts'
import { limitsOf } from '../device-models.ts'
import { isCurrent } from '../live/feed.ts'
import { useFeed, useLive, useLiveStatus, useLiveSummary, useServerNow, useWatch } from '../live/live-context.tsx'
import { RegistryCards } from '../registry/registry-cards.tsx'
import { FeedBanner } from '../shell/feed-status.tsx'
import { AfterDelay, EmptyState } from '../shell/page-states.tsx'
import { useShortcuts } from '../shell/shortcuts.ts'
import { presenceNow } from '../words/presence-words.ts'
import { toMoment } from '../words/time.ts'
import { BandsCard } from './bands-card.tsx'
import { ChartsCard } from './charts-card.tsx'
import { DeviceHeader } from './device-header.tsx'
import { type DeviceSearch, defaultRange, neighbourRange } from './device-search.ts'
import { bandInQuestion, evidenceOf } from './evidence.ts'
import { DeviceCard, EnvironmentCard, ModemCard } from './facts-cards.tsx'
import { leadFinding, verdictOf } from './verdict.ts'
import { VerdictCard } from './verdict-card.tsx'

const route = getRouteApi('/app/devices/$serial')

/** One booster: what is wrong, what to do, and every value as it is this second. */
export function DevicePage() {
  const { serial } = route.useParams()
  const router = useRouter()
  const canGoBack = useCanGoBack()
  useShortcuts({ escape: () => (canGoBack ? router.history.back() : void router.navigate({ to: '/' })) })
  return (
    <main id="main" key={serial}>
      <FeedBanner />
      <Device serial={serial} />
    </main>
  )
}

function Device({ serial }: { serial: string }) {
  const { store } = useLive()
  const device = useQuery(deviceQuery(serial))
  const status = useQuery(deviceStatusQuery(serial))
  const watched = useMemo(() => [serial], [serial])
  useWatch('summary', watched)
  useWatch('status', watched)
  const liveSummary = useLiveSummary(serial)
  const liveStatus = useLiveStatus(serial)
  useEffect(() => {
    if (device.data !== undefined) store.putSummary(device.data)
    if (status.data) store.putStatus(status.data)
  }, [device.data, status.data, store])
  const name = device.data?.name
  useEffect(() => {
    document.title = `${serial}${name === undefined ? '' : ` ${name}`} · StellaControl`
  }, [serial, name])

  const error = device.error ?? (liveStatus === undefined ? status.error : null)
  if (error !== null) return <DeviceError serial={serial} error={error} onRetry={() => void device.refetch()} />
  if (device.data === undefined || (status.data === undefined && liveStatus === undefined)) return <DeviceSkeleton />
  const detail = { ...device.data, ...liveSummary, site: device.data.site }
  return <DeviceView device={detail} status={liveStatus ?? status.data ?? null} />
}

function DeviceView({ device, status }: { device: DeviceDetail; status: DeviceStatus | null }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const feed = useFeed()
  const now = useServerNow()
  const [shownSince] = useState(() => Date.now())
  const lastReportAt = toMoment(device.lastReportAt)
  const presence = presenceNow(device, now, isCurrent(feed, shownSince, Date.now()))
  const verdict = verdictOf(status, presence, lastReportAt === undefined ? 0 : now - lastReportAt)
  const lead = status === null ? undefined : leadFinding(status.findings)
  // The band that needs attention when the page opens; a chart must not jump to another one while it is read.
  const [firstBand] = useState(() => (status === null ? undefined : bandInQuestion(status, lead)?.band))
  const band = status?.bands.find((candidate) => candidate.band === search.band)?.band ?? firstBand
  const range = search.range ?? defaultRange
  const change = (next: DeviceSearch) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false })
  useShortcuts({
    '[': () => change({ range: neighbourRange(range, -1) }),
    ']': () => change({ range: neighbourRange(range, 1) }),
  })
  const isOld = feed.kind === 'lost' || presence === 'offline' || presence === 'stale'
  return (
    <>
      <DeviceHeader device={device} status={status} presence={presence} now={now} />
      <div className={`page cols ${isOld ? 'is-silent' : ''}`}>
        <div className="stack">
          <VerdictCard
            verdict={verdict}
            evidence={status === null ? [] : evidenceOf(status, lead, limitsOf(device.model))}
          />
          <DeviceIncidentsCard serial={device.serial} />
          {status !== null && <BandsCard status={status} model={device.model} />}
          {status !== null && (
            <ChartsCard
              serial={device.serial}
              model={device.model}
              timeZone={device.site?.timeZone}
              status={status}
              band={band}
              range={range}
              now={now}
              isOld={isOld}
              onBand={(next) => change({ band: next })}
              onRange={(next) => change({ range: next === defaultRange ? undefined : next })}
            />
          )}
        </div>
        <aside className="stack" aria-label="Facts">
          {status !== null && <EnvironmentCard status={status} model={device.model} />}
          {status !== null && <ModemCard modem={status.modem} />}
          <DeviceCard device={device} status={status} now={now} />
          <RegistryCards serial={device.serial} />
        </aside>
      </div>
    </>
  )
}

function DeviceSkeleton() {
  return (
    <AfterDelay>
      <div className="page stack" role="status" aria-busy="true">
        <span className="vh">Loading the booster</span>
        <span className="skel" style={{ width: '30%', height: 20 }} />
        <span className="skel" style={{ height: 120 }} />
        <span className="skel" style={{ height: 240 }} />
      </div>
    </AfterDelay>
  )
}

function DeviceError({ serial, error, onRetry }: { serial: string; error: Error; onRetry: () => void }) {
  const isUnknown = error instanceof ApiError && error.status === 404
  return (
    <div className="page">
      <h1 className="vh">{serial}</h1>
      <EmptyState
        icon={isUnknown ? 'search' : 'info'}
        title={isUnknown ? `There is no booster ${serial}` : 'This booster did not load'}
        actions={
          <>
            {!isUnknown && (
              <button type="button" className="btn sm" onClick={onRetry}>
                Try again
              </button>
            )}
            <Link className="btn sm" to="/">
              Open the fleet
            </Link>
          </>
        }
      >
        {isUnknown ? 'The serial may be mistyped, or the booster belongs to somebody else.' : `${error.message}.`}
      </EmptyState>
    </div>
  )
}
