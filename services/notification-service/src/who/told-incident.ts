import type { AlertMessage } from '@stellacontrol/protocol'

/** What is remembered of an incident: who was told of it, and how often it came again. */
export interface ToldIncident {
  message: AlertMessage
  /** Who was told, and when first (epoch ms). */
  told: Record<number, number>
  /** Reminders so far, counted by the rule's recurrence since it was raised. */
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
