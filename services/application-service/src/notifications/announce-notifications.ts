import { MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { describe } from '@stellacontrol/runtime'
import type { Application } from '../application.ts'

/** Tells whoever sends notifications that somebody chose otherwise. The change is committed: its news may come late. */
export async function announceNotifications({ log }: Application, userId: number): Promise<void> {
  try {
    const payload = { userId, at: new Date().toISOString() }
    await publishMessage({ message: createMessage(MessageType.NotificationsChanged, payload) })
  } catch (error) {
    log.warn({ error: describe(error) }, 'notifications.announcement-failed')
  }
}
