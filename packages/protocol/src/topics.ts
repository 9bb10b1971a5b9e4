import { isSerial } from './serial.ts'

/**
 * Every MQTT topic of the platform. `sc/v1/<serial>/up/…` is written by the device, `sc/v1/<serial>/down/…` is read by it;
 * a device may touch no other topic. Documented for firmware engineers in docs/protocol.md.
 */
export const topicRoot = 'sc/v1'

/** What a device sends, QoS 1. */
export const uplinkKinds = ['report'] as const
export type UplinkKind = (typeof uplinkKinds)[number]

export function uplinkTopic(serial: string, kind: UplinkKind): string {
  return `${topicRoot}/${serial}/up/${kind}`
}

/** What a device that is not provisioned yet sends, and where it is answered; it reaches no other topic. */
export const claimTopic = (serial: string) => `${topicRoot}/${serial}/up/claim`
export const claimAnswerTopic = (serial: string) => `${topicRoot}/${serial}/down/claim`

/** The filter of everything the platform sends to one device. */
export function downlinkFilter(serial: string): string {
  return `${topicRoot}/${serial}/down/#`
}

/** The filter with which the receiver reads all reports of all devices from an external broker. */
export const allReportsFilter = `${topicRoot}/+/up/report`

/** Splits an uplink topic; undefined if it is not one, or if its serial is malformed. */
export function parseUplinkTopic(topic: string): { serial: string; kind: UplinkKind } | undefined {
  const [root, version, serial, direction, kind, ...rest] = topic.split('/')
  if (`${root}/${version}` !== topicRoot || direction !== 'up' || rest.length > 0) return undefined
  if (serial === undefined || !isSerial(serial)) return undefined
  const known = uplinkKinds.find((candidate) => candidate === kind)
  return known === undefined ? undefined : { serial, kind: known }
}
