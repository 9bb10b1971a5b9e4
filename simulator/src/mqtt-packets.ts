import { generate, type Packet, parser } from 'mqtt-packet'

/** MQTT 3.1.1 framing: the two packets that make up nearly all traffic by hand, the others through mqtt-packet. */

const publishQos1 = 0x32
const duplicateFlag = 0x08
const pubackHeader = 0x40

/** A PUBLISH at QoS 1 [MQTT 3.1.1, section 3.3]. `topic` is UTF-8 without its length. */
export function encodePublish(topic: Uint8Array, payload: Uint8Array, packetId: number, isDuplicate: boolean): Buffer {
  const remaining = 2 + topic.length + 2 + payload.length
  const lengthBytes = remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4
  const packet = Buffer.allocUnsafe(1 + lengthBytes + remaining)
  packet[0] = isDuplicate ? publishQos1 | duplicateFlag : publishQos1
  let offset = 1
  for (let rest = remaining, index = 0; index < lengthBytes; index++, rest >>>= 7) {
    packet[offset++] = index < lengthBytes - 1 ? (rest & 127) | 128 : rest
  }
  packet[offset++] = topic.length >>> 8
  packet[offset++] = topic.length & 255
  packet.set(topic, offset)
  offset += topic.length
  packet[offset++] = packetId >>> 8
  packet[offset++] = packetId & 255
  packet.set(payload, offset)
  return packet
}

/** The packet id if a four-byte PUBACK starts at `offset`, else undefined. */
export function pubackAt(bytes: Uint8Array, offset: number, end: number): number | undefined {
  if (offset + 4 > end || bytes[offset] !== pubackHeader || bytes[offset + 1] !== 2) return undefined
  return ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0)
}

/**
 * Length of the packet that starts at `offset`, 0 while not all of it is there. Throws on a malformed length
 * [MQTT 3.1.1, section 2.2.3].
 */
export function packetLengthAt(bytes: Uint8Array, offset: number, end: number): number {
  let remaining = 0
  for (let index = 0; index < 4; index++) {
    if (offset + 1 + index >= end) return 0
    const byte = bytes[offset + 1 + index] ?? 0
    remaining |= (byte & 127) << (7 * index)
    if (byte < 128) {
      const length = 2 + index + remaining
      return offset + length <= end ? length : 0
    }
  }
  throw new Error('malformed remaining length')
}

export function encodePacket(packet: Packet): Buffer {
  return generate(packet)
}

/** Decodes one whole packet. The bytes may be reused afterwards. Throws on anything that is not MQTT 3.1.1. */
export function decodePacket(bytes: Uint8Array): Packet {
  const decoder = parser({ protocolVersion: 4 })
  let decoded: Packet | undefined
  let failure: Error | undefined
  decoder.on('packet', (packet) => {
    decoded = packet
  })
  decoder.on('error', (error) => {
    failure = error
  })
  decoder.parse(Buffer.from(bytes))
  if (failure !== undefined) throw failure
  if (decoded === undefined) throw new Error('incomplete packet')
  return decoded
}
