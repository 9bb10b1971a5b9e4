import { atOnce, dayMs, flagLevel, hourMs, makeRule, minuteMs, threeReports, twoReports } from './make-rule.ts'

export const communicationRules = [
  makeRule({
    id: 'device-offline',
    name: 'Device offline',
    class: 'communication',
    looksAt: { kind: 'silence' },
    levels: [{ severity: 'critical', raiseAt: 60, clearAt: 0 }],
    clear: atOnce,
    hiddenBy: ['mains-lost'],
    advice: 'Ask on site whether the booster has power and its network cable or SIM card works.',
    basis:
      'Original product: silent for more than 1 h; reminds daily, weekly or monthly by choice, and stops after a month.',
  }),
  makeRule({
    id: 'modem-weak',
    name: 'Modem signal weak',
    class: 'communication',
    looksAt: { kind: 'measure', measure: 'modemRsrpDbm', is: 'below' },
    levels: [{ severity: 'minor', raiseAt: -115, clearAt: -112 }],
    raise: { holdMs: 10 * minuteMs, samples: 3 },
    clear: threeReports,
    advice: "Move the modem's antenna, or give the booster a network cable.",
    basis:
      'Signal classes of Android: below -115 dBm a modem holds no connection for long; 3 dB apart (two deviations of a resting RSRP).',
  }),
  makeRule({
    id: 'connection-unstable',
    name: 'Connection unstable',
    class: 'communication',
    looksAt: { kind: 'measure', measure: 'reconnects24h', is: 'above' },
    levels: [
      { severity: 'warning', raiseAt: 6, clearAt: 3 },
      { severity: 'minor', raiseAt: 24, clearAt: 3, raise: twoReports },
    ],
    raise: { holdMs: 2 * hourMs, samples: 2 },
    clear: { holdMs: hourMs, samples: 2 },
    recurrence: 'weekly',
    advice: 'Look at the network on site; reports are kept by the booster meanwhile.',
    basis:
      'More than 6 reconnects a day are no maintenance; more than 24 are one an hour. The few wait two hours, since no report is lost: a burst is then told once, as what it became.',
  }),
  makeRule({
    id: 'round-trip-slow',
    name: 'Network slow',
    class: 'communication',
    looksAt: { kind: 'measure', measure: 'roundTripMs', is: 'above' },
    levels: [
      { severity: 'warning', raiseAt: 1_500, clearAt: 1_000 },
      { severity: 'minor', raiseAt: 5_000, clearAt: 1_000 },
    ],
    raise: { holdMs: 30 * minuteMs, samples: 3 },
    clear: threeReports,
    recurrence: 'weekly',
    advice: 'Live view and commands are slow; reports are not lost.',
    basis: 'A geostationary satellite takes 600 to 800 ms; 1.5 s is twice that.',
  }),
  makeRule({
    id: 'modem-roaming',
    name: 'Modem is roaming',
    class: 'communication',
    looksAt: { kind: 'measure', measure: 'roaming', is: 'above' },
    levels: flagLevel('warning'),
    raise: { holdMs: 10 * minuteMs, samples: 2 },
    recurrence: 'monthly',
    recurrenceEndsAfterMs: 90 * dayMs,
    advice: 'Check the SIM contract; on ships this may be intended: switch the rule off for those.',
    basis: 'Roaming data costs; a fixed installation should not roam.',
  }),
]
