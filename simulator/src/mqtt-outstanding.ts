/** A publish that got no PUBACK: the caller decides whether to repeat it, with DUP, after the next connection. */
export class NotAcknowledgedError extends Error {
  readonly code = 'not-acknowledged'
}

type Settle = (error?: Error) => void

const largestPacketId = 65_535

/** The packets of one connection that wait for an answer, oldest first, and the packet ids they occupy. */
export class OutstandingPackets {
  readonly #packets = new Map<number, { settle: Settle; sentAt: number }>()
  #lastId = 0

  get count(): number {
    return this.#packets.size
  }

  /** When the oldest of them was sent, epoch ms; undefined if nothing waits. */
  get oldestSentAt(): number | undefined {
    return this.#packets.values().next().value?.sentAt
  }

  /** Takes a free packet id [MQTT-2.3.1-1]; `settle` is called once. Throws when all ids are taken. */
  add(settle: Settle): number {
    if (this.#packets.size >= largestPacketId) throw new RangeError('no free packet id')
    do this.#lastId = (this.#lastId % largestPacketId) + 1
    while (this.#packets.has(this.#lastId))
    this.#packets.set(this.#lastId, { settle, sentAt: Date.now() })
    return this.#lastId
  }

  /** The answer is here. An id that nobody waits for is ignored. */
  settle(packetId: number, error?: Error): void {
    const packet = this.#packets.get(packetId)
    if (packet === undefined) return
    this.#packets.delete(packetId)
    packet.settle(error)
  }

  /** The connection ended: everything goes back to its sender, oldest first. */
  handBack(reason: string): void {
    const packets = [...this.#packets.values()]
    this.#packets.clear()
    for (const { settle } of packets) settle(new NotAcknowledgedError(reason))
  }
}
