import { CodedError, urlOf } from '@stellacontrol/runtime'
import { z } from 'zod'

export interface MailServer {
  /** `smtp://user:password@host:port`, or `smtps://`. */
  url: string
  from: string
}

/** The variables of whoever sends mails. */
export const mailConfiguration = {
  /** The address people use, if a proxy stands in front. */
  STELLA_PUBLIC_URL: urlOf('http', 'https').optional(),
  /** Where mails go: `smtp://user:password@host:port` (STARTTLS where it is offered), or `smtps://`. */
  STELLA_SMTP_URL: urlOf('smtp', 'smtps').optional(),
  /** The sender of mails: `StellaControl <stella@example.com>`. */
  STELLA_MAIL_FROM: z
    .string()
    .regex(/^[^@\r\n]+@[^@\r\n]+$/, 'expected an e-mail address')
    .optional(),
}

/**
 * The mail server, if there is one. Its links need an address that no request can choose.
 * @throws CodedError `configuration-invalid`
 */
export function mailServerOf(configuration: {
  STELLA_SMTP_URL?: string | undefined
  STELLA_MAIL_FROM?: string | undefined
  STELLA_PUBLIC_URL?: string | undefined
}): MailServer | undefined {
  const { STELLA_SMTP_URL: url, STELLA_MAIL_FROM: from, STELLA_PUBLIC_URL: publicUrl } = configuration
  if (url === undefined) return undefined
  if (from === undefined || publicUrl === undefined) {
    throw new CodedError('configuration-invalid', 'STELLA_SMTP_URL needs STELLA_MAIL_FROM and STELLA_PUBLIC_URL')
  }
  return { url, from }
}
