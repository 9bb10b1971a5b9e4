import type { BandStatus } from '@stellacontrol/protocol'

/** The words of a band's state and causes, as people on a site would say them. */
export const bandStateWords: Record<BandStatus['state'], string> = {
  unknown: 'Unknown',
  off: 'Off',
  starting: 'Starting',
  active: 'Active',
  standby: 'Standby',
  reduced: 'Gain reduced',
  'shut-down': 'Shut down',
  'locked-out': 'Locked out',
  fault: 'Fault',
}

export const gainLimitCauseWords: Record<NonNullable<BandStatus['gainLimitCause']>, string> = {
  unknown: 'Unknown cause',
  none: 'Your setting',
  hardware: 'Hardware maximum',
  isolation: 'Isolation',
  agc: 'Strong donor signal (AGC)',
  alc: 'Output limit (ALC)',
  regulatory: 'Network protection rule',
  temperature: 'Temperature',
  user: 'Your setting',
  standby: 'Standby, no traffic',
}

/** The reason of a shutdown within a sentence. */
export const shutdownReasonWords: Record<NonNullable<BandStatus['shutdownReason']>, string> = {
  unknown: 'unknown reason',
  none: 'no reason given',
  user: 'switched off by a person',
  oscillation: 'it heard itself (oscillation)',
  'over-power': 'output power too high',
  'over-input': 'donor signal too strong',
  'over-temperature': 'too hot',
  vswr: 'reflected power',
  'pa-fault': 'power amplifier fault',
  supply: 'supply voltage',
}

/** The same reason in a column. */
export const shutdownReasonNames: Record<NonNullable<BandStatus['shutdownReason']>, string> = {
  unknown: 'Unknown reason',
  none: 'No reason given',
  user: 'Switched off',
  oscillation: 'Oscillation',
  'over-power': 'Output too high',
  'over-input': 'Donor too strong',
  'over-temperature': 'Too hot',
  vswr: 'Reflected power',
  'pa-fault': 'Amplifier fault',
  supply: 'Supply voltage',
}
