import { setTimeout as delay } from 'node:timers/promises'
import type { Alerting } from '../alerting/alerting.ts'
import type { Fault, Scene } from '../fault.ts'

/** Whoever starts a dead process again takes this long, at most. */
const restartWithinMs = 1_500
/** From the first cut of the mains to the last mail: within that something happens to whoever watches and tells. */
const watchedMs = 12_000
/** When the first mails are about to go. */
const mailsBeginMs = 7_000

function alertingOf({ installation }: Scene): Alerting {
  if (installation.alerting === undefined) throw new Error('nobody watches over the devices of this installation')
  return installation.alerting
}

/** kill -9 at so many random moments of the time that is watched. */
async function killAtRandom(
  { chance }: Scene,
  times: number,
  victims: () => { kill(): Promise<void>; start(): unknown },
): Promise<void> {
  for (let time = 0; time < times; time++) {
    await delay(chance.between(0, watchedMs / times))
    const victim = victims()
    await victim.kill()
    await delay(chance.between(0, restartWithinMs))
    await victim.start()
  }
}

export const alertMonitorKilled: Fault = {
  name: 'alert-monitor-killed',
  summary:
    'kill -9 of one of two alert monitors, again and again while the mains of devices fail; each comes back within 1.5 s',
  ground: 'alerting',
  isLong: true,
  inject: (scene) => killAtRandom(scene, 4, () => scene.chance.pick(alertingOf(scene).monitors)),
}

export const notificationServiceKilled: Fault = {
  name: 'notification-service-killed',
  summary:
    'kill -9 of one of two notification services, again and again until the last mail; each comes back within 1.5 s',
  ground: 'alerting',
  isLong: true,
  inject: (scene) => killAtRandom(scene, 4, () => scene.chance.pick(alertingOf(scene).notifiers)),
}

export const alertingStateKilled: Fault = {
  name: 'alerting-state-killed',
  summary: 'kill -9 of the state Redis, which holds incidents and what people are to be told, while both change',
  ground: 'alerting',
  isLong: true,
  mayRepeatAnnouncements: true,
  inject: (scene) => killAtRandom(scene, 2, () => stateOf(scene)),
}

export const mailServerGone: Fault = {
  name: 'mail-server-gone',
  summary: 'the mail server is gone when mails are due; they go when it is back',
  ground: 'alerting',
  isLong: true,
  inject: mailServerAway,
}

export const alertingBattered: Fault = {
  name: 'alerting-battered',
  summary:
    'an alert monitor, a notification service and the state Redis are killed, and the mail server is gone for a while',
  ground: 'alerting',
  mayRepeatAnnouncements: true,
  async inject(scene) {
    const { monitors, notifiers } = alertingOf(scene)
    await Promise.all([
      killAtRandom(scene, 1, () => scene.chance.pick(monitors)),
      killAtRandom(scene, 2, () => scene.chance.pick(notifiers)),
      killAtRandom(scene, 1, () => stateOf(scene)),
      mailServerAway(scene),
    ])
  },
}

function stateOf({ installation }: Scene) {
  const { state } = installation.stack
  return { kill: () => state.kill(), start: () => state.restart() }
}

async function mailServerAway(scene: Scene): Promise<void> {
  const { mailbox } = alertingOf(scene)
  await delay(mailsBeginMs)
  await mailbox.away()
  await delay(scene.lengths.outageMs / 2)
  await mailbox.back()
}
