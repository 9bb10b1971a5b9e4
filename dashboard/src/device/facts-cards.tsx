import type { DeviceDetail, DeviceStatus } from '@stellacontrol/protocol'
import type { CSSProperties, ReactNode } from 'react'
import { limitsOf } from '../device-models.ts'
import { count, formatBytes, formatNumber, formatWithUnit, notMeasured } from '../words/numbers.ts'
import { severityClass, worstFinding } from '../words/severity-words.ts'
import { formatDay, formatDuration, toMoment } from '../words/time.ts'
import { bearerWords, modeWords, powerSourceWords, resetReasonWords } from './device-words.ts'

type Fact = [name: string, value: ReactNode] | undefined

/** A card of names and values; a fact that the booster does not send is left out, one that it should send shows a dash. */
function FactsCard({ title, facts }: { title: string; facts: readonly Fact[] }) {
  return (
    <section className="card">
      <header>
        <h2>{title}</h2>
      </header>
      <div className="pad">
        <dl className="kv">
          {facts.map((fact) =>
            fact === undefined ? null : (
              <div className="pair" key={fact[0]}>
                <dt>{fact[0]}</dt>
                <dd>{fact[1]}</dd>
              </div>
            ),
          )}
        </dl>
      </div>
    </section>
  )
}

export function EnvironmentCard({ status, model }: { status: DeviceStatus; model: string }) {
  const { environment, power, bands, findings } = status
  const limits = limitsOf(model)
  const hottest = Math.max(...bands.map((band) => band.paCelsius ?? Number.NEGATIVE_INFINITY))
  const temperature = (celsius: number | undefined, limit: number | undefined, code: string) => (
    <span className={severityClass(worstFinding(findings, (finding) => finding.code === code))}>
      {formatWithUnit(celsius, '°C', 1)}
      {celsius !== undefined && limit !== undefined && <TemperatureGauge celsius={celsius} limit={limit} />}
    </span>
  )
  return (
    <FactsCard
      title="Environment and power"
      facts={[
        ['Board', temperature(environment.boardCelsius, limits.boardCelsius.critical, 'board-temperature-high')],
        Number.isFinite(hottest)
          ? ['Amplifier, hottest', temperature(hottest, limits.paCelsius.critical, 'pa-temperature-high')]
          : undefined,
        ['Ambient', formatWithUnit(environment.ambientCelsius, '°C', 1)],
        environment.humidityPercent === undefined
          ? undefined
          : ['Humidity', formatWithUnit(environment.humidityPercent, '%')],
        ...(environment.fans ?? []).map((fan, index): Fact => {
          const name = (environment.fans?.length ?? 0) > 1 ? `Fan ${index + 1}` : 'Fan'
          const stopped = fan.speedRpm === 0 && (fan.drivePercent ?? 0) > limits.fanStoppedDrivePercent
          return [
            name,
            <span key={name} className={stopped ? 'p1' : ''}>
              {formatWithUnit(fan.speedRpm, 'rpm')}
              {fan.drivePercent !== undefined && <small>driven {formatNumber(fan.drivePercent)} %</small>}
            </span>,
          ]
        }),
        environment.doorOpen === undefined ? undefined : ['Door', environment.doorOpen ? 'open' : 'closed'],
        [
          `Supply${power.source === undefined ? '' : `, ${powerSourceWords[power.source]}`}`,
          <>
            {formatWithUnit(power.supplyVolts, 'V', 1)}
            {power.supplyAmperes !== undefined && <small>{formatWithUnit(power.supplyAmperes, 'A', 2)}</small>}
          </>,
        ],
        power.inputWatts === undefined ? undefined : ['Power drawn', formatWithUnit(power.inputWatts, 'W', 1)],
      ]}
    />
  )
}

/** The coolest end of a temperature gauge; its tick is the limit. */
const gaugeFromCelsius = 0
const gaugeBeyondLimit = 1.15

function TemperatureGauge({ celsius, limit }: { celsius: number; limit: number }) {
  const end = limit * gaugeBeyondLimit
  const percent = Math.min(100, Math.max(0, ((celsius - gaugeFromCelsius) / (end - gaugeFromCelsius)) * 100))
  const tone = celsius > limit ? 'p1' : ''
  return (
    <span
      className={`mg ${tone}`}
      style={{ '--v': Math.round(percent), '--l': Math.round((limit / end) * 100) } as CSSProperties}
    />
  )
}

export function ModemCard({ modem }: { modem: DeviceStatus['modem'] }) {
  const isRadio = modem.bearer !== 'ethernet'
  return (
    <FactsCard
      title="Connection"
      facts={[
        ['Link', modem.bearer === undefined ? notMeasured : bearerWords[modem.bearer]],
        ['Round trip to the server', formatWithUnit(modem.roundTripMs, 'ms')],
        modem.rsrpDbm === undefined
          ? undefined
          : [isRadio ? 'Signal (RSRP)' : 'Fallback modem (RSRP)', formatWithUnit(modem.rsrpDbm, 'dBm')],
        modem.rsrqDb === undefined ? undefined : ['Quality (RSRQ)', formatWithUnit(modem.rsrqDb, 'dB', 1)],
        modem.sinrDb === undefined ? undefined : ['Noise (SINR)', formatWithUnit(modem.sinrDb, 'dB', 1)],
        modem.plmn === undefined ? undefined : ['Network', String(modem.plmn)],
        modem.roaming === true ? ['Roaming', 'yes'] : undefined,
        modem.reconnects24h === undefined ? undefined : ['Reconnects in 24 h', formatNumber(modem.reconnects24h)],
        modem.sentBytes === undefined
          ? undefined
          : ['Sent, received', `${formatBytes(modem.sentBytes)}, ${formatBytes(modem.receivedBytes)}`],
      ]}
    />
  )
}

export function DeviceCard({
  device,
  status,
  now,
}: {
  device: DeviceDetail
  status: DeviceStatus | null
  now: number
}) {
  const connectedSince = toMoment(device.connectedSince)
  const errors = status?.device.errorCodes ?? []
  return (
    <FactsCard
      title="Booster"
      facts={[
        ['Model', device.model],
        ['Firmware', device.firmwareVersion ?? notMeasured],
        device.connected === null
          ? undefined
          : [
              'Connection',
              device.connected
                ? `open${connectedSince === undefined ? '' : ` for ${formatDuration(now - connectedSince)}`}`
                : 'closed',
            ],
        status === null
          ? undefined
          : [
              'Reports',
              `${modeWords[status.mode]}${status.intervalSeconds === undefined ? '' : `, every ${formatDuration(status.intervalSeconds * 1000)}`}`,
            ],
        status === null ? undefined : ['Starts so far', formatNumber(status.bootId)],
        status?.device.resetReason === undefined
          ? undefined
          : ['Last start', resetReasonWords[status.device.resetReason]],
        status?.device.cpuLoadPercent === undefined
          ? undefined
          : ['Processor load', formatWithUnit(status.device.cpuLoadPercent, '%')],
        status?.device.memoryFreeKilobytes === undefined
          ? undefined
          : ['Memory free', formatBytes(status.device.memoryFreeKilobytes * 1000)],
        status?.device.configVersion === undefined
          ? undefined
          : ['Settings version', formatNumber(status.device.configVersion)],
        errors.length === 0 ? undefined : ['Error codes', errors.join(', ')],
        status?.implausibleValues === undefined
          ? undefined
          : [
              'Implausible values',
              <span key="implausible" title={status.implausibleValues.join(', ')}>
                {count(status.implausibleValues.length, 'value')} left out
              </span>,
            ],
        device.site?.address
          ? [
              'Address',
              <span key="address" className="wrap">
                {device.site.address}
              </span>,
            ]
          : undefined,
        ['In the registry since', formatDay(Date.parse(device.createdAt), device.site?.timeZone)],
      ]}
    />
  )
}
