import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../fault.ts'
import { watchLiveGoesOn, watchPartitionsMove } from '../watch.ts'

/** A lease lasts 6 s: frozen for longer, a processor wakes up as one that believes it owns what others have. */
const frozenAtLeastMs = 9_000

export const processorFrozen: Fault = {
  name: 'processor-frozen',
  summary: 'SIGSTOP of one of two processors for longer than its lease, then SIGCONT: a zombie commits nothing',
  ground: 'usual',
  async inject(scene) {
    const { processors } = scene.installation.stack
    const victim = scene.chance.pick(processors)
    const frozenAt = performance.now()
    victim.pause()
    await watchPartitionsMove(
      scene,
      processors.filter((processor) => processor !== victim),
    )
    await watchLiveGoesOn(scene)
    await delay(Math.max(0, frozenAtLeastMs - (performance.now() - frozenAt)))
    victim.resume()
    await watchPartitionsMove({ ...scene, note: (_, value) => scene.note('partitionsMovedBackMs', value) }, processors)
  },
}

export const processorsChanged: Fault = {
  name: 'processors-changed',
  summary: 'a third processor is added under load, then one of the old ones is removed in good order',
  ground: 'usual',
  async inject(scene) {
    const { stack } = scene.installation
    const leaver = scene.chance.pick(stack.processors)
    stack.addProcessor()
    await watchPartitionsMove(
      { ...scene, note: (_, value) => scene.note('partitionsSharedMs', value) },
      stack.processors,
    )
    await delay(scene.chance.between(0, 1_000))
    stack.processors.splice(stack.processors.indexOf(leaver), 1)
    const stopped = leaver.stop()
    await watchPartitionsMove(scene, stack.processors)
    await stopped
  },
}
