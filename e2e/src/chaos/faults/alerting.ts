import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceProcess } from '../../stack/service-process.ts'
import type { Alerting } from '../alerting/alerting.ts'
import type { Fault, Scene } from '../fault.ts'

/** Whoever starts a dead process again takes this long, at most. */
const restartWithinMs = 1_500
/** From the first cut of the mains to the last mail: within that something happens to whoever watches and tells. */
const watchedMs = 14_000
/** When the first mails are about to go. */
const mailsBeginMs = 8_500
/** Of a mail server that is slow: so that senders are killed between the mail and its answer, too. */
const slowAnswerMs = 1_500

interface Victim {
  kill(): Promise<unknown>
  start(): unknown
}

function alertingOf({ installation }: Scene): Alerting {
  if (installation.alerting === undefined) throw new Error('nobody watches over the devices of this installation')
  return installation.alerting
}

/** kill -9 of one after the other, at random moments of the time that is watched. */
async function killInTurn({ chance }: Scene, victims: readonly Victim[]): Promise<void> {
  // All choices come first: what else happens at the same time makes its own.
  const moments = victims.map((victim) => ({
    victim,
    aliveMs: chance.between(0, watchedMs / victims.length),
    deadMs: chance.between(0, restartWithinMs),
  }))
  for (const { victim, aliveMs, deadMs } of moments) {
    await delay(aliveMs)
    await victim.kill()
    await delay(deadMs)
    await victim.start()
  }
}

const pickTimes = ({ chance }: Scene, times: number, services: readonly ServiceProcess[]) =>
  Array.from({ length: times }, () => chance.pick(services))

const allAtOnce = (services: readonly ServiceProcess[]): Victim => ({
  kill: () => Promise.all(services.map((service) => service.kill())),
  start: () => services.map((service) => service.start()),
})

function stateOf({ installation }: Scene): Victim {
  const { state } = installation.stack
  return { kill: () => state.kill(), start: () => state.restart() }
}

/** The mail server refuses everybody, then it is gone. */
async function mailServerAway(scene: Scene): Promise<void> {
  const { mailbox } = alertingOf(scene)
  await delay(mailsBeginMs)
  mailbox.become({ isBusy: true })
  await delay(scene.lengths.outageMs / 2)
  await mailbox.away()
  await delay(scene.lengths.outageMs / 2)
  await mailbox.back()
}

export const alertingBattered: Fault = {
  name: 'alerting-battered',
  summary:
    'kill -9 of alert monitors, notification services and the state Redis, alone and together, while the mail server is busy, then gone',
  ground: 'alerting',
  mayRepeatAnnouncements: true,
  async inject(scene) {
    const { monitors, notifiers } = alertingOf(scene)
    const [monitor, notifier] = [scene.chance.pick(monitors), scene.chance.pick(notifiers)]
    await Promise.all([
      killInTurn(scene, [monitor, notifier, allAtOnce([...monitors, ...notifiers]), notifier]),
      killInTurn(scene, [stateOf(scene)]),
      mailServerAway(scene),
    ])
  },
}

export const alertMonitorKilled: Fault = {
  name: 'alert-monitor-killed',
  summary:
    'kill -9 of one of two alert monitors, again and again while the mains of devices fail; each comes back within 1.5 s',
  ground: 'alerting',
  isLong: true,
  inject: (scene) => killInTurn(scene, pickTimes(scene, 5, alertingOf(scene).monitors)),
}

export const notificationServiceKilled: Fault = {
  name: 'notification-service-killed',
  summary:
    'kill -9 of one of two notification services, again and again until the last mail, also while a slow mail server takes one',
  ground: 'alerting',
  isLong: true,
  async inject(scene) {
    const { mailbox, notifiers } = alertingOf(scene)
    mailbox.become({ answerAfterMs: slowAnswerMs })
    await killInTurn(scene, pickTimes(scene, 8, notifiers))
  },
}

export const alertingStateKilled: Fault = {
  name: 'alerting-state-killed',
  summary: 'kill -9 of the state Redis, which holds incidents and what people are to be told, while both change',
  ground: 'alerting',
  isLong: true,
  mayRepeatAnnouncements: true,
  inject: (scene) => killInTurn(scene, [stateOf(scene), stateOf(scene)]),
}

export const alertingStateGone: Fault = {
  name: 'alerting-state-gone',
  summary: 'the state Redis is gone for a while: what happens meanwhile is known and told when it is back',
  ground: 'alerting',
  isLong: true,
  mayRepeatAnnouncements: true,
  async inject(scene) {
    const { state } = scene.installation.stack
    await delay(scene.chance.between(0, watchedMs))
    await state.kill()
    await delay(scene.lengths.outageMs)
    await state.restart()
  },
}

export const mailServerGone: Fault = {
  name: 'mail-server-gone',
  summary: 'the mail server refuses everything when mails are due, then it is gone; they go when it is back',
  ground: 'alerting',
  isLong: true,
  inject: mailServerAway,
}
