import { generate } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { decodePacket, encodePublish, packetLengthAt, pubackAt } from './mqtt-packets.ts'

test('a publish is byte for byte what mqtt-packet makes, for every width of its length', () => {
  for (const size of [0, 1, 90, 101, 102, 200, 16_000, 16_358, 70_000]) {
    for (const dup of [false, true]) {
      const payload = Buffer.alloc(size, 7)
      const topic = 'sc/v1/HN88192AD/up/report'
      const expected = generate({ cmd: 'publish', topic, payload, qos: 1, messageId: 0x1234, dup, retain: false })
      expect(encodePublish(Buffer.from(topic), payload, 0x1234, dup).equals(expected)).toBe(true)
    }
  }
})

test('a packet is not taken before its last byte is there', () => {
  const packet = encodePublish(Buffer.from('t'), Buffer.alloc(300), 1, false)
  for (let end = 0; end < packet.length; end++) expect(packetLengthAt(packet, 0, end)).toBe(0)
  expect(packetLengthAt(packet, 0, packet.length)).toBe(packet.length)
})

test('a length of more than four bytes is refused', () => {
  expect(() => packetLengthAt(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 1]), 0, 6)).toThrow('malformed')
})

test('only a whole PUBACK is read as one', () => {
  const puback = generate({ cmd: 'puback', messageId: 0x0102 })
  expect(pubackAt(puback, 0, 4)).toBe(0x0102)
  expect(pubackAt(puback, 0, 3)).toBeUndefined()
  expect(pubackAt(generate({ cmd: 'pubrec', messageId: 1 }), 0, 4)).toBeUndefined()
})

test('a packet that is not MQTT 3.1.1 is an error', () => {
  expect(() => decodePacket(Buffer.from([0xff, 0x02, 0x00, 0x00]))).toThrow()
})
