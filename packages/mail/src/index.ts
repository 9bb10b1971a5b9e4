export { type MailServer, mailConfiguration, mailServerOf } from './configuration.ts'
export { escapeHtml, oneLine } from './literal-text.ts'
export { type Mail, MailTransport, type SendingOutcome } from './mail-transport.ts'
