import type { Queries } from '../database.ts'

/** The table `suppressed_address`: where a mail server takes nothing any more. */
export async function suppressAddress(queries: Queries, address: string, reason: string): Promise<void> {
  await queries.execute(
    'insert into suppressed_address (address, reason) values ($1, $2) on conflict (address) do nothing',
    [address, reason],
  )
}

/** Why nothing is sent there; undefined = it is. */
export async function suppressionOf(queries: Queries, address: string): Promise<string | undefined> {
  const rows = await queries.query<{ reason: string }>('select reason from suppressed_address where address = $1', [
    address,
  ])
  return rows[0]?.reason
}

/** Tries the address again. */
export async function forgetSuppression(queries: Queries, address: string): Promise<void> {
  await queries.execute('delete from suppressed_address where address = $1', [address])
}
