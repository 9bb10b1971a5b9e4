import type { DeviceStatus } from '@stellacontrol/protocol'
import { bandLabel } from '../device-models.ts'
import { JudgedValue, MarginGauge } from '../fleet/device-cells.tsx'
import { Icon } from '../shell/icon.tsx'
import { useIsPhone } from '../shell/is-phone.ts'
import { ScrollBox } from '../shell/scroll-box.tsx'
import { formatNumber, notMeasured } from '../words/numbers.ts'
import { severityClass, severityWords } from '../words/severity-words.ts'
import { type BandRow, bandRows } from './band-row.ts'
import { GainBullet } from './gain-bullet.tsx'

/** Every band: what it should give, what it gives, and why. A table; cards on a phone. */
export function BandsCard({ status, model }: { status: DeviceStatus; model: string }) {
  const isPhone = useIsPhone()
  const rows = bandRows(status)
  return (
    <section className="card clip" aria-labelledby="bands-title">
      <header>
        <h2 id="bands-title">Bands</h2>
        <span className="t3">Gain: bar actual, tick set, bracket maximum allowed</span>
      </header>
      {isPhone ? (
        <ul className="bcards">
          {rows.map((row) => (
            <BandCard key={row.band.band} row={row} />
          ))}
        </ul>
      ) : (
        <ScrollBox label="Band table">
          <BandTable rows={rows} model={model} />
        </ScrollBox>
      )}
    </section>
  )
}

/** Widths in px; the gain has what the others leave. */
const columnWidths = [
  ['band', 98],
  ['state', 126],
  ['gain', undefined],
  ['figures', 118],
  ['cause', 118],
  ['donor', 58],
  ['delivered', 74],
  ['uplink', 58],
  ['return loss', 84],
  ['margin', 118],
] as const

function BandTable({ rows, model }: { rows: readonly BandRow[]; model: string }) {
  return (
    <table className="tbl bands">
      <colgroup>
        {columnWidths.map(([column, width]) => (
          <col key={column} style={width === undefined ? {} : { width }} />
        ))}
      </colgroup>
      <thead>
        <tr>
          <th>Band</th>
          <th>State</th>
          <th>Gain, dB</th>
          <th className="num">now / set / max</th>
          <th>Limited by</th>
          <th className="num">Donor</th>
          <th className="num">Delivered</th>
          <th className="num">Uplink</th>
          <th className="num">Return loss</th>
          <th className="num">Isolation margin</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <BandTableRow key={row.band.band} row={row} model={model} />
        ))}
      </tbody>
    </table>
  )
}

function BandTableRow({ row, model }: { row: BandRow; model: string }) {
  const { band, worst, findingOf } = row
  const marginFinding = findingOf('isolation-margin-low')
  return (
    <tr className={worst === undefined ? '' : `hot ${severityClass(worst)}`}>
      <td>
        <b>{band.band}</b>
        <small>{bandLabel(band.band)}</small>
      </td>
      <td>
        <BandState row={row} />
      </td>
      <td>
        <GainBullet band={band} tone={severityClass(findingOf('gain-reduced'))} />
      </td>
      <td className="num">
        <b className={severityClass(findingOf('gain-reduced'))}>{formatNumber(band.gainActualDb, 1)}</b>{' '}
        <span className="u">
          / {formatNumber(band.gainSetDb, 1)} / {formatNumber(band.gainMaximumDb, 1)}
        </span>
      </td>
      <td className="t2 cause">
        {row.limitedBy ?? notMeasured}
        {row.detail !== undefined && <small className="t3">{row.detail}</small>}
      </td>
      <td className="num">
        <JudgedValue
          text={formatNumber(band.downlinkInputDbm?.average, 1)}
          finding={findingOf('donor-low', 'donor-overload')}
        />
      </td>
      <td className="num">
        <b>{formatNumber(band.downlinkOutputDbm?.average, 1)}</b>
      </td>
      <td className="num">
        <Uplink row={row} />
      </td>
      <td className="num">
        <JudgedValue text={formatNumber(band.returnLossDb, 1)} finding={findingOf('return-loss-low')} />
      </td>
      <td className="num">
        <JudgedValue text={formatNumber(row.marginDb, 1)} finding={marginFinding} />
        <MarginGauge marginDb={row.marginDb} model={model} finding={marginFinding} />
      </td>
    </tr>
  )
}

function BandCard({ row }: { row: BandRow }) {
  const { band, worst, findingOf } = row
  return (
    <li className={worst === undefined ? '' : `hot ${severityClass(worst)}`}>
      <div className="row">
        <b>{band.band}</b>
        <small className="t3">{bandLabel(band.band)}</small>
        <span className="grow" />
        <BandState row={row} />
      </div>
      <GainBullet band={band} tone={severityClass(findingOf('gain-reduced'))} />
      <dl>
        <dt>Gain</dt>
        <dd>
          <b className={severityClass(findingOf('gain-reduced'))}>{formatNumber(band.gainActualDb, 1)}</b> of{' '}
          {formatNumber(band.gainSetDb, 1)}
        </dd>
        <dt>Delivered</dt>
        <dd>
          <b>{formatNumber(band.downlinkOutputDbm?.average, 1)}</b>
        </dd>
        <dt>Donor</dt>
        <dd>
          <JudgedValue
            text={formatNumber(band.downlinkInputDbm?.average, 1)}
            finding={findingOf('donor-low', 'donor-overload')}
          />
        </dd>
        <dt>Uplink</dt>
        <dd>
          <Uplink row={row} />
        </dd>
        <dt>Return loss</dt>
        <dd>
          <JudgedValue text={formatNumber(band.returnLossDb, 1)} finding={findingOf('return-loss-low')} />
        </dd>
        <dt>Margin</dt>
        <dd>
          <JudgedValue text={formatNumber(row.marginDb, 1)} finding={findingOf('isolation-margin-low')} />
        </dd>
      </dl>
      {row.limitedBy !== undefined && <p className="t2">Limited by: {row.limitedBy.toLowerCase()}</p>}
    </li>
  )
}

function BandState({ row }: { row: BandRow }) {
  if (row.worst === undefined) {
    return (
      <span className="status">
        <Icon name="on" kind="st" />
        {row.state}
      </span>
    )
  }
  const { icon, word, className } = severityWords[row.worst.severity]
  return (
    <span className={`status ${className}`}>
      <Icon name={icon} kind="sv" label={word} />
      {row.state}
    </span>
  )
}

/** Nobody transmitting is not the same as not measured. */
function Uplink({ row: { band, isDown } }: { row: BandRow }) {
  if (band.uplinkOutputDbm !== undefined) return <span>{formatNumber(band.uplinkOutputDbm, 1)}</span>
  const isIdle = !isDown && band.enabled && band.uplinkActiveSeconds === 0
  return <span className="u">{isIdle ? 'idle' : notMeasured}</span>
}
