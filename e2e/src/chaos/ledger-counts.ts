import type { Stack } from '../stack/stack.ts'
import type { LedgerCounts } from './evidence.ts'
import { viewQueue } from './servers-view.ts'

/** The platform's own counters, from where they are kept. */
export async function readLedgerCounts(stack: Stack): Promise<LedgerCounts> {
  const queue = await viewQueue(stack)
  const [history] = await stack.database.query<Pick<LedgerCounts, 'stored' | 'duplicates' | 'setAside'>>(
    `select coalesce(sum(stored), 0)::bigint as stored, coalesce(sum(duplicates), 0)::bigint as duplicates,
       coalesce(sum(set_aside), 0)::bigint as "setAside" from ledger`,
  )
  return { stored: 0, duplicates: 0, setAside: 0, ...history, ...queue }
}
