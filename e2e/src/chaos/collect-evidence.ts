import { readWitness, witnessFlags } from '@stellacontrol/simulator'
import { collectAlertEvidence } from './alerting/alerting.ts'
import type { Evidence, StoredReport, WitnessedReport } from './evidence.ts'
import { identityKey } from './identity-key.ts'
import type { Installation } from './installation.ts'
import { readLedgerCounts } from './ledger-counts.ts'
import { viewStatuses } from './servers-view.ts'
import { readSubscriberRecord } from './subscriber-record.ts'

/** Gathers what the judge looks at, after everything has come to rest. */
export async function collectEvidence(
  installation: Installation,
  judged: Pick<Evidence, 'unordered' | 'mayRepeatAnnouncements' | 'announcedBefore'>,
): Promise<Evidence> {
  const { stack, fleet, witnessFolder, subscriberRecord } = installation
  const serials = fleet.devices.map(({ serial }) => serial)
  const [reports, statuses] = await Promise.all([readReports(witnessFolder), viewStatuses(stack, serials)])
  // One after the other: a long history keeps one connection busy for longer than others would wait for it.
  const stored = await readStored(installation)
  const setAside = await readSetAside(installation)
  const ledger = await readLedgerCounts(stack)
  const identities = [...statuses].map(([serial, { bootId, sequence, at }]) => {
    return [serial, { key: identityKey(bootId, sequence), at: Date.parse(at) }] as const
  })
  const announced = readSubscriberRecord(subscriberRecord)
  const alerts = installation.alerting && (await collectAlertEvidence(installation.alerting, stack.database, reports))
  const evidence = { ...judged, reports, stored, setAside, ledger, announced, statuses: new Map(identities) }
  return alerts === undefined ? evidence : { ...evidence, alerts }
}

/** The witness: every report by its sender's own record. */
async function readReports(witnessFolder: string): Promise<Map<string, Map<number, WitnessedReport>>> {
  const reports = new Map<string, Map<number, WitnessedReport>>()
  for await (const { kind, serial, bootId, seq, at, flags } of readWitness(witnessFolder)) {
    const own = reports.get(serial) ?? new Map<number, WitnessedReport>()
    reports.set(serial, own)
    const key = identityKey(bootId, seq)
    const report = own.get(key) ?? {
      sent: 0,
      isAcknowledged: false,
      isBackfill: (flags & witnessFlags.backfill) !== 0,
      isDamaged: (flags & witnessFlags.damaged) !== 0,
      at,
    }
    own.set(key, report)
    if (kind === 'sent') report.sent++
    else report.isAcknowledged = true
  }
  return reports
}

/** Grouped by the report and not by the primary key, which also holds the time: one report with two times is one too many. */
async function readStored({ stack }: Installation): Promise<StoredReport[]> {
  const rows = await stack.database.query<{ serial: string; boot_id: number; seq: number; rows: number }>(
    `select serial, boot_id, seq, count(*) as rows
     from (select device_id, boot_id, seq from report union all select device_id, boot_id, seq from report_live) as stored
     join device on device.id = device_id
     group by serial, boot_id, seq`,
  )
  return rows.map(({ serial, boot_id, seq, rows }) => ({ serial, key: identityKey(boot_id >>> 0, seq >>> 0), rows }))
}

async function readSetAside({ stack }: Installation): Promise<Map<string, number>> {
  const rows = await stack.database.query<{ serial: string; count: number }>(
    'select serial, count(*) as count from set_aside group by serial',
  )
  return new Map(rows.map(({ serial, count }) => [serial, count]))
}
