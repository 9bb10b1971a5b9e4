import type { Output } from '../output.ts'

/** How to sign in. A made password is shown in that one start and kept nowhere. */
export interface SignIn {
  email: string
  password: { kind: 'made'; text: string } | { kind: 'given' } | { kind: 'as-before' }
}

/** What the start screen tells. */
export interface ScreenFacts {
  pageUrl: string
  mqttUrl: string
  signIn: SignIn
  devices: number
  dataFolder: string
  logFolder: string
  serverDescriptions: string[]
  secondsToStart: number
}

/** The one screen that `stella up` prints when everything runs. Pure. */
export function startScreen(facts: ScreenFacts, { bold, dim }: Pick<Output, 'bold' | 'dim'>): string[] {
  const rows: [string, string][] = [
    ['Page', bold(facts.pageUrl)],
    ['Sign-in', signInText(facts.signIn)],
    ['Devices', devicesText(facts)],
    ['Data', facts.dataFolder],
    ['Logs', facts.logFolder],
    ...facts.serverDescriptions.map((text, index): [string, string] => [index === 0 ? 'Servers' : '', text]),
    ['Stop', 'Ctrl-C'],
  ]
  const title = `${bold('StellaControl runs')} ${dim(`(ready after ${facts.secondsToStart.toFixed(1)} s)`)}`
  return ['', title, '', ...rows.map(([name, text]) => `  ${name.padEnd(8)} ${text}`), '']
}

function signInText({ email, password }: SignIn): string {
  switch (password.kind) {
    case 'made':
      return `${email}  password: ${password.text}  (shown only now: keep it)`
    case 'given':
      return `${email}, password from STELLA_ADMIN_PASSWORD`
    case 'as-before':
      return `${email}, password as before`
  }
}

function devicesText({ devices, mqttUrl }: ScreenFacts): string {
  return devices === 0 ? `none simulated; MQTT at ${mqttUrl}` : `${devices} simulated, reporting to ${mqttUrl}`
}
