import type { OutboxKind, OutboxMailView } from '@stellacontrol/protocol'

export const kindWords: Record<OutboxKind, { one: string; many: string }> = {
  account: { one: 'Account', many: 'Accounts and links' },
  alerts: { one: 'Alerts', many: 'Alerts by e-mail' },
  sms: { one: 'Text message', many: 'Text messages' },
  report: { one: 'Report', many: 'Monthly reports' },
}

export const kindNames = Object.keys(kindWords) as OutboxKind[]

/** Which of them are shown, as the address says it. */
export function parseOutboxSearch(input: Record<string, unknown>): { kind?: OutboxKind | undefined } {
  const kind = kindNames.find((one) => one === input.kind)
  return kind === undefined ? {} : { kind }
}

/**
 * What became of a mail. Alerts are put here only where there is no server that would take them, and are not sent from here when
 * there is one: by then they are old. Pure.
 */
export function stateWords({ kind, state }: Pick<OutboxMailView, 'kind' | 'state'>): string {
  if (state === 'sent') return 'Sent'
  if (state === 'failed') return 'Not sent'
  return kind === 'alerts' || kind === 'sms' ? 'Kept here' : 'Waits'
}
