import { defaultNotificationPreferences, type NotificationPreferences } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { choiceWords } from './choice-words.ts'

const names = {
  rules: new Map([['device-offline', 'Device offline']]),
  organisations: new Map([[11, 'Northquay']]),
  sites: new Map([[1, 'Mercy Hospital']]),
}
const words = (further: Partial<NotificationPreferences> = {}) =>
  choiceWords({ ...defaultNotificationPreferences, ...further }, names)
const first = (further: Partial<NotificationPreferences>) => words(further)[0]

describe('what the choices mean', () => {
  it('is said of whoever never chose', () => {
    expect(words()).toEqual([
      'Critical and major alerts within half a minute by e-mail; everything else at 08:00 each day (UTC).',
      'What lasts is told again as often as its rule says, until somebody acknowledges it.',
      'No more than 50 messages a day each way, and as many again for critical alerts.',
    ])
  })

  it('says what waits, for how long, and what is left out', () => {
    expect(first({ frequency: 'hourly', atOnceFrom: 'critical' })).toBe(
      'Critical alerts within half a minute by e-mail; everything else once an hour, on the hour.',
    )
    expect(first({ frequency: 'every-4-hours', atOnceFrom: null, timeZone: 'Europe/Brussels' })).toBe(
      'All alerts every four hours from midnight (Europe/Brussels) by e-mail.',
    )
    expect(first({ leastSeverity: 'minor' })).toBe(
      'Critical and major alerts within half a minute by e-mail; minor alerts at 08:00 each day (UTC); nothing milder.',
    )
    expect(first({ atOnceFrom: 'minor' })).toContain('Critical, major and minor alerts within')
    expect(first({ frequency: 'at-once' })).toBe('All alerts within half a minute by e-mail.')
    expect(first({ leastSeverity: 'major', atOnceFrom: 'warning' })).toBe(
      'Critical and major alerts within half a minute by e-mail; nothing milder.',
    )
  })

  it('says what a text message is worth, and that without e-mail the rest is lost', () => {
    expect(words({ sms: true, phone: '+3225550100', smsFrom: 'warning', leastSeverity: 'major' })[1]).toBe(
      'Critical and major alerts as a text message to +3225550100 too.',
    )
    expect(words({ sms: true, phone: '+3225550100', email: false }).slice(0, 2)).toEqual([
      'Critical alerts within half a minute as a text message; nothing milder.',
      'Text messages go to +3225550100.',
    ])
    expect(words({ email: false, monthlyReport: true })).toEqual([
      'No alert is sent to you: neither e-mail nor text messages are chosen.',
      'The report of the month comes by e-mail on the first of the next one.',
    ])
  })

  it('names what it is narrowed to, and counts what is too much for a sentence', () => {
    expect(words({ classes: ['quality'], rules: ['device-offline'], organisations: [11], sites: [1] })[1]).toBe(
      'Only about radio quality and “Device offline”, and only at Northquay and Mercy Hospital.',
    )
    expect(words({ sites: [1, 2, 3, 4, 5] })[1]).toBe('Only at Mercy Hospital, site 2, site 3 and 2 more.')
    expect(words({ rules: ['own-7-gone'] })[1]).toBe('Only about “own-7-gone”.')
  })

  it('says what quiet hours hold back', () => {
    const quiet = { from: '22:00', to: '06:30', holdCritical: false }
    expect(words({ quietHours: quiet })[1]).toBe(
      'From 22:00 until 06:30 (UTC) nothing comes and all of it waits; critical alerts come all the same.',
    )
    expect(words({ quietHours: { ...quiet, holdCritical: true } })[1]).toContain('waits, critical alerts too.')
  })

  it('says that reminders are off, and that the report comes', () => {
    const all = words({ reminders: 'never', monthlyReport: true })
    expect(all).toContain('What lasts is told once, and when it is over.')
    expect(all.at(-1)).toContain('The report of the month')
  })
})
