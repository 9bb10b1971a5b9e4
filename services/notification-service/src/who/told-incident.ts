import type { AlertMessage } from '@stellacontrol/protocol'

/** What is remembered of an incident: who was told of it, and how often it came again. */
export interface ToldIncident {
  message: AlertMessage
  /** Who was told, and when first (epoch ms). */
  told: Record<number, number>
  /** When people were first to be told of it since it was last over (epoch ms); undefined = nobody is to be told. */
  announcedAt?: number
  /** Reminders so far, counted by the rule's recurrence since then. */
  reminders: number
  /** Steps of the escalation so far. */
  escalated: number
}

export const itemKinds = ['raised', 'reminder', 'escalation', 'cleared'] as const
export type ItemKind = (typeof itemKinds)[number]

/** What a bundle holds of an incident. */
export interface BundleItem extends AlertMessage {
  kind: ItemKind
}
