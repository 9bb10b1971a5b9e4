import { MessageType } from '@stellacontrol/protocol'
import { openRedis, subscribeMessage } from '@stellacontrol/redis'
import { recordAlert } from './alerting/alert-record.ts'
import { SubscriberRecorder } from './subscriber-record.ts'

/** A durable subscriber as a process of its own, as a service of a customer would be: `subscriber.js <record file> <record of alerts>`. */
const [recordFile, alertFile] = process.argv.slice(2)
if (recordFile === undefined || alertFile === undefined) throw new Error('where shall the record be kept?')
const record = new SubscriberRecorder(recordFile)
openRedis({ name: 'chaos-subscriber', environment: process.env })
await subscribeMessage({
  type: MessageType.Alert,
  reader: 'chaos-subscriber',
  handler: (message) => recordAlert(alertFile, message),
})
await subscribeMessage({
  type: MessageType.DeviceStatus,
  reader: 'chaos-subscriber',
  handler: ({ serial, bootId, sequence }) => record.handled(serial, bootId, sequence),
})
process.on('disconnect', () => process.exit(0))
