import type { NewMail } from '@stellacontrol/database'
import { escapeHtml, oneLine } from '@stellacontrol/mail'

/** Everything that a mail says, before it is text or HTML. */
interface Letter {
  subject: string
  /** Paragraphs before the link. */
  before: string[]
  link: { label: string; url: string }
  after: string[]
}

export type MailContent = Pick<NewMail, 'subject' | 'text' | 'html'>

export function invitationMail(facts: {
  organisation: string
  role: string
  invitedBy: string
  link: string
}): MailContent {
  const { organisation, role, invitedBy, link } = facts
  return compose({
    subject: `Invitation to ${organisation} on StellaControl`,
    before: [`${invitedBy} invites you to join ${organisation} on StellaControl as ${role}.`],
    link: { label: 'Accept the invitation', url: link },
    after: [
      'The link works once, within 7 days.',
      'If you did not expect this mail, nothing happens unless you follow it.',
    ],
  })
}

export function passwordResetMail(facts: { link: string }): MailContent {
  return compose({
    subject: 'A new password for StellaControl',
    before: ['Somebody, probably you, asked for a new password for your account on StellaControl.'],
    link: { label: 'Choose a new password', url: facts.link },
    after: [
      'The link works once, within 30 minutes, and ends every session of the account.',
      'If it was not you, nothing happens unless you follow it: your password stays as it is.',
    ],
  })
}

function compose({ subject, before, link, after }: Letter): MailContent {
  const paragraph = `${link.label}:\n${oneLine(link.url)}`
  const text = [...before.map(oneLine), paragraph, ...after.map(oneLine)].join('\n\n')
  const paragraphs = [
    ...before.map(escapeHtml),
    `<a href="${escapeHtml(link.url)}">${escapeHtml(link.label)}</a>`,
    ...after.map(escapeHtml),
  ]
  const body = paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n')
  return {
    subject: oneLine(subject),
    text: `${text}\n`,
    html: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"></head><body>\n${body}\n</body></html>\n`,
  }
}
