import type { RawMessage } from '@stellacontrol/redis'
import { CodedError } from '@stellacontrol/runtime'
import { AppendLane, type AppendLaneOptions } from './append-lane.ts'

/** Two appends under way keep Redis busy while the replies of the first are handed out; more only shrink the batches. */
const laneCount = 2
/** Messages that wait for the queue's reply, at most; beyond that they are refused and the devices send again. */
const maximumWaiting = 20_000

/**
 * Gathers messages of all connections into few appends. `append` calls back without an error only after the queue's reply,
 * which it gives after its fsync; that is the moment from which PUBACK may be sent. A device always takes the same lane, so its
 * messages reach the queue in the order in which they came, whatever the queue does meanwhile.
 */
export class AppendBatcher {
  private readonly lanes: readonly AppendLane[]
  private readonly options: AppendLaneOptions

  constructor(options: AppendLaneOptions) {
    this.options = options
    this.lanes = Array.from({ length: laneCount }, () => new AppendLane(options))
  }

  /** Messages that have entered and have not been confirmed or refused. */
  get pending(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.pending, 0)
  }

  append(message: RawMessage, done: (error?: Error) => void): void {
    const { pending } = this
    if (pending >= maximumWaiting) {
      this.options.statistics.refused(1)
      done(new CodedError('queue-overloaded', `${pending} messages wait for the queue`))
      return
    }
    const lane = this.lanes[this.options.keys.partitionOf(message.serial) % laneCount] as AppendLane
    lane.append(message, done)
  }
}
