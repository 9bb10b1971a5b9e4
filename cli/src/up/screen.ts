import type { Output } from '../output.ts'

/** What the start screen tells. */
export interface ScreenFacts {
  pageUrl: string
  mqttUrl: string
  /** `password` is there only when it was made in this very start; it is shown once and kept nowhere. */
  signIn: { email: string; password: string | undefined; isNew: boolean }
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

function signInText({ email, password, isNew }: ScreenFacts['signIn']): string {
  if (!isNew) return `${email}, password as before`
  if (password === undefined) return `${email}, password from STELLA_ADMIN_PASSWORD`
  return `${email}  password: ${password}  (shown only now: keep it)`
}

function devicesText({ devices, mqttUrl }: ScreenFacts): string {
  return devices === 0 ? `none simulated; MQTT at ${mqttUrl}` : `${devices} simulated, reporting to ${mqttUrl}`
}
