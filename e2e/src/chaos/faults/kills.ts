import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Scene } from '../fault.ts'
import { watchLiveGoesOn, watchPartitionsMove } from '../watch.ts'

/** Whoever starts a dead process again takes this long, at most. */
const restartWithinMs = 1_500

const untilRestart = ({ chance }: Scene) => delay(chance.between(0, restartWithinMs))

export const receiverKilled: Fault = {
  name: 'receiver-killed',
  summary: 'kill -9 of the receiver; started again within 1.5 s',
  ground: 'usual',
  async inject(scene) {
    const { receivers } = scene.installation.stack
    const victim = scene.chance.pick(receivers)
    await victim.kill()
    await untilRestart(scene)
    victim.start()
  },
}

export const processorKilled: Fault = {
  name: 'processor-killed',
  summary: 'kill -9 of one of two processors; the other takes its partitions over, then it comes back',
  ground: 'usual',
  async inject(scene) {
    const { processors } = scene.installation.stack
    const victim = scene.chance.pick(processors)
    await victim.kill()
    await watchPartitionsMove(
      scene,
      processors.filter((processor) => processor !== victim),
    )
    await watchLiveGoesOn(scene)
    victim.start()
  },
}

export const queueKilled: Fault = {
  name: 'queue-killed',
  summary: 'kill -9 of the queue Redis; started again within 1.5 s',
  ground: 'usual',
  async inject(scene) {
    const { queue } = scene.installation.stack
    await queue.kill()
    await untilRestart(scene)
    await queue.restart()
  },
}

export const stateKilled: Fault = {
  name: 'state-killed',
  summary: 'kill -9 of the state Redis; started again within 1.5 s',
  ground: 'usual',
  mayRepeatAnnouncements: true,
  async inject(scene) {
    const { state } = scene.installation.stack
    await state.kill()
    await untilRestart(scene)
    await state.restart()
  },
}

export const postgresKilled: Fault = {
  name: 'postgres-killed',
  summary: 'kill -9 of PostgreSQL; started again within 1.5 s',
  ground: 'usual',
  async inject(scene) {
    const { postgres } = scene.installation.stack
    await postgres.kill()
    await untilRestart(scene)
    await postgres.restart()
  },
}

export const subscriberKilled: Fault = {
  name: 'subscriber-killed',
  summary: 'kill -9 of a durable subscriber; it goes on where it was',
  ground: 'usual',
  mayRepeatAnnouncements: true,
  async inject(scene) {
    const { subscriber } = scene.installation
    await subscriber.kill()
    await untilRestart(scene)
    subscriber.start()
  },
}

export const everythingKilled: Fault = {
  name: 'everything-killed',
  summary: 'kill -9 of every process in random order, started again in random order: a machine that lost its power',
  ground: 'usual',
  mayRepeatAnnouncements: true,
  async inject({ installation, chance }) {
    const { stack, subscriber } = installation
    const { queue, state, postgres, receivers, processors } = stack
    const servers = [queue, state, postgres].map((server) => ({
      kill: () => server.kill(),
      start: () => server.restart(),
    }))
    const services = [...receivers, ...processors, subscriber].map((service) => ({
      kill: () => service.kill(),
      start: async () => void service.start(),
    }))
    const everything = [...servers, ...services]
    await Promise.all(chance.shuffle(everything).map(({ kill }) => kill()))
    for (const { start } of chance.shuffle(everything)) {
      await delay(chance.between(0, 200))
      await start()
    }
  },
}
