import type { AlertChange, AlertMessage } from './alerts/alert.ts'
import type { DeviceStatus } from './status.ts'

/**
 * The catalogue of bus messages: every type, its payload and its topic. One row here is all it takes to announce something
 * new; `docs/new-service.md` shows the rest.
 */
export const MessageType = {
  DeviceStatus: 'DeviceStatus',
  DeviceConnected: 'DeviceConnected',
  DeviceDisconnected: 'DeviceDisconnected',
  DeviceActivated: 'DeviceActivated',
  DeviceAccessChanged: 'DeviceAccessChanged',
  DeviceCloneSuspected: 'DeviceCloneSuspected',
  RightsChanged: 'RightsChanged',
  SessionEnded: 'SessionEnded',
  Alert: 'Alert',
  AlertRaised: 'AlertRaised',
  AlertRepeated: 'AlertRepeated',
  AlertAcknowledged: 'AlertAcknowledged',
  AlertCleared: 'AlertCleared',
  AlertRulesChanged: 'AlertRulesChanged',
  NotificationsChanged: 'NotificationsChanged',
} as const
export type MessageType = (typeof MessageType)[keyof typeof MessageType]

export interface MessagePayloads {
  /** A report newer than everything known of the device was accepted. */
  DeviceStatus: DeviceStatus
  /** A device opened a connection; `epoch` grows with every connection of that device, on any receiver. */
  DeviceConnected: { serialNumber: string; receiver: string; epoch: number; at: string; address?: string }
  /** The device's newest connection ended; the end of an older one is not announced. */
  DeviceDisconnected: { serialNumber: string; receiver: string; epoch: number; at: string; reason: string }
  /** A device was added to the registry, or belongs to somebody else now. */
  DeviceActivated: { serialNumber: string }
  /** The device's state or credentials changed: receivers forget what they know and close its connection unless still allowed. */
  DeviceAccessChanged: { serialNumber: string }
  /** Two devices seem to use one identity: connections from different addresses took it over from each other again and again. */
  DeviceCloneSuspected: { serialNumber: string; addresses: [string, string]; at: string }
  /** Somebody may see or do something else from now on. It is about no device. */
  RightsChanged: { at: string }
  /** A session of this person is over: signed out, ended elsewhere, or replaced. It is about no device. */
  SessionEnded: { userId: number; at: string }
  /** Everything that happens to incidents, in order; the four below are parts of it. */
  Alert: AlertMessage
  /** Something is wrong with a device, or worse than before, and people should know. */
  AlertRaised: AlertMessage
  /** It came again while it was known: counted, not announced. */
  AlertRepeated: AlertMessage
  /** Somebody takes care of it. */
  AlertAcknowledged: AlertMessage
  AlertCleared: AlertMessage
  /** Rules, overrides or maintenance windows changed. It is about no device. */
  AlertRulesChanged: { at: string }
  /** This person wants to be told of something else, or otherwise. It is about no device. */
  NotificationsChanged: { userId: number; at: string }
}

export interface Message<Type extends MessageType = MessageType> {
  type: Type
  payload: MessagePayloads[Type]
}

/**
 * `topic` names the stream `sc:<topic>:{nn}` and the channel `sc:<topic>:<serial>`. `serialOf` finds the device that the
 * message is about: it chooses the partition, so that the messages of one device stay in order.
 */
export interface TopicSpecification<Type extends MessageType> {
  topic: string
  serialOf: (payload: MessagePayloads[Type]) => string
  /** For a type that is a part of its topic: which of the topic's messages are of this type. */
  isOfType?: (payload: MessagePayloads[Type]) => boolean
}

const alertTopic = (event?: AlertChange) => ({
  topic: 'alert',
  serialOf: ({ device }: AlertMessage) => device.serialNumber,
  ...(event === undefined ? {} : { isOfType: (message: AlertMessage) => message.event === event }),
})

export const messageTopics: { readonly [Type in MessageType]: TopicSpecification<Type> } = {
  DeviceStatus: { topic: 'device-status', serialOf: (status) => status.serial },
  DeviceConnected: { topic: 'device-connected', serialOf: (event) => event.serialNumber },
  DeviceDisconnected: { topic: 'device-disconnected', serialOf: (event) => event.serialNumber },
  DeviceActivated: { topic: 'device-activated', serialOf: (event) => event.serialNumber },
  DeviceAccessChanged: { topic: 'device-access-changed', serialOf: (event) => event.serialNumber },
  DeviceCloneSuspected: { topic: 'device-clone-suspected', serialOf: (event) => event.serialNumber },
  RightsChanged: { topic: 'rights-changed', serialOf: () => 'EVERYBODY' },
  SessionEnded: { topic: 'session-ended', serialOf: () => 'EVERYBODY' },
  Alert: alertTopic(),
  AlertRaised: alertTopic('raised'),
  AlertRepeated: alertTopic('repeated'),
  AlertAcknowledged: alertTopic('acknowledged'),
  AlertCleared: alertTopic('cleared'),
  AlertRulesChanged: { topic: 'alert-rules-changed', serialOf: () => 'EVERYBODY' },
  NotificationsChanged: { topic: 'notifications-changed', serialOf: () => 'EVERYBODY' },
}
