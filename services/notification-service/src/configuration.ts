import { mailConfiguration } from '@stellacontrol/mail'
import { redisConfiguration } from '@stellacontrol/redis'
import { CodedError, urlOf, wholeNumber } from '@stellacontrol/runtime'
import { z } from 'zod'
import type { SmsGateway } from './sms/send-sms.ts'

/** What the service reads from the environment. */
export const notificationConfiguration = {
  ...redisConfiguration,
  ...mailConfiguration,
  DATABASE_URL: urlOf('postgres', 'postgresql'),
  /** Where text messages go, a gateway of Twilio's shape: `https://user:password@host/…/Messages.json`. */
  STELLA_SMS_URL: urlOf('http', 'https').optional(),
  /** The sender of text messages: a number or a word that the gateway knows. */
  STELLA_SMS_FROM: z.string().min(1).max(20).optional(),
  /** All people together; what is more is not sent, and said in the log. */
  STELLA_SMS_SEGMENTS_PER_DAY: wholeNumber(0, 1_000_000).default(300),
}

/** The gateway for text messages, if there is one. @throws CodedError `configuration-invalid` */
export function smsGatewayOf(configuration: {
  STELLA_SMS_URL?: string | undefined
  STELLA_SMS_FROM?: string | undefined
}): SmsGateway | undefined {
  const { STELLA_SMS_URL: address, STELLA_SMS_FROM: from } = configuration
  if (address === undefined) return undefined
  if (from === undefined) throw new CodedError('configuration-invalid', 'STELLA_SMS_URL needs STELLA_SMS_FROM')
  const url = new URL(address)
  const credentials = [url.username, url.password].map(decodeURIComponent).join(':')
  url.username = url.password = ''
  return { url: url.href, credentials: credentials === ':' ? undefined : credentials, from }
}
