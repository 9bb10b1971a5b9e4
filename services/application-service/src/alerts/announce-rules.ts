import { MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { describe } from '@stellacontrol/runtime'
import type { Application } from '../application.ts'

/** Tells whoever evaluates rules that rules, overrides or windows changed. The change is committed: its news may come late. */
export async function announceRules({ log }: Application): Promise<void> {
  try {
    const payload = { at: new Date().toISOString() }
    await publishMessage({ message: createMessage(MessageType.AlertRulesChanged, payload) })
  } catch (error) {
    log.warn({ error: describe(error) }, 'alert-rules.announcement-failed')
  }
}
