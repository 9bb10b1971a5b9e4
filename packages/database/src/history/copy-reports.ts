import type { Transaction } from '../database.ts'
import { codeOf } from '../database-errors.ts'
import { copyBinary } from './copy-binary.ts'
import { reportColumns } from './history-layout.ts'
import type { HistoryRow, ReportTable } from './history-row.ts'

const columns = reportColumns.join(', ')
const uniqueViolation = '23505'

/**
 * Copies rows into their table. If one of them is there already, or twice among them, the rows go through a staging table
 * that lets repeats fall out.
 *
 * @returns the rows that were not stored because they repeat another one
 */
export async function copyReports(
  transaction: Transaction,
  table: ReportTable,
  rows: readonly HistoryRow[],
): Promise<HistoryRow[]> {
  const data = copyBinary(rows)
  await transaction.query('savepoint before_copy')
  try {
    await transaction.copy(`copy ${table} (${columns}) from stdin with (format binary)`, data)
    await transaction.query('release savepoint before_copy')
    return []
  } catch (error) {
    if (codeOf(error) !== uniqueViolation) throw error
    await transaction.query('rollback to savepoint before_copy; release savepoint before_copy')
    return copyThroughStaging(transaction, table, rows, data)
  }
}

async function copyThroughStaging(
  transaction: Transaction,
  table: ReportTable,
  rows: readonly HistoryRow[],
  data: Buffer,
): Promise<HistoryRow[]> {
  await transaction.query('create temporary table if not exists staged_report (like report) on commit delete rows')
  await transaction.query('truncate staged_report')
  await transaction.copy(`copy staged_report (${columns}) from stdin with (format binary)`, data)
  const stored = await transaction.query<{ device_id: number; count: number }>(
    `with stored as (
       insert into ${table} (${columns}) select ${columns} from staged_report on conflict do nothing returning device_id
     )
     select device_id, count(*) as count from stored group by device_id`,
  )
  return repeatedRows(rows, new Map(stored.map((row) => [row.device_id, row.count])))
}

/** Of each device, as many rows as were not stored. Which of two equal rows counts as the repeat makes no difference. */
function repeatedRows(rows: readonly HistoryRow[], storedOf: Map<number, number>): HistoryRow[] {
  return rows.filter(({ deviceId }) => {
    const stored = storedOf.get(deviceId) ?? 0
    storedOf.set(deviceId, stored - 1)
    return stored <= 0
  })
}
