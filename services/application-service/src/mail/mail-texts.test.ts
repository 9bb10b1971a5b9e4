import { expect, test } from 'vitest'
import { invitationMail, passwordResetMail } from './mail-texts.ts'

const facts = {
  organisation: 'Harbour',
  role: 'viewer',
  invitedBy: 'ada@example.com',
  link: 'https://x.example/i?token=a&b',
}

test('a name cannot begin a header, a line or a tag', () => {
  const organisation = 'Quay\r\nBcc: all@example.com\u2028</p><script>alert("1")</script>'
  const { subject, text, html } = invitationMail({ ...facts, organisation, invitedBy: '"<b>\'&' })
  expect(subject).not.toMatch(/[\r\n\u2028]/)
  expect(text).not.toMatch(/^Bcc:/m)
  expect(html).not.toMatch(/<script|<b>/)
  expect(html).toContain('&quot;&lt;b&gt;&#39;&amp; invites you')
})

test('the link is whole in the text, and escaped in the HTML', () => {
  const { text, html } = invitationMail(facts)
  expect(text).toContain(`\n${facts.link}\n`)
  expect(html).toContain('href="https://x.example/i?token=a&amp;b"')
  expect(passwordResetMail({ link: '/password-reset?token=a' }).text).toContain('\n/password-reset?token=a\n')
})
