import { bandName } from '@stellacontrol/protocol'
import { type Installation, installationOf } from '../device/installation.ts'
import type { FaultSpecification } from '../faults/fault.ts'
import { Random, seedOf } from '../random.ts'
import type { Fleet, FleetDevice } from './fleet.ts'

/** Share of a demonstration fleet that is in trouble from the first minute; a fleet of 20 or more shows each kind once. */
const troubledShare = 0.035
const hourSeconds = 3_600

type Trouble = (device: FleetDevice, installation: Installation) => FaultSpecification

/** Start and end count from the start of the run. What comes back does so for as long as the run lasts. */
const troubles: readonly { suits: (installation: Installation) => boolean; make: Trouble }[] = [
  {
    suits: ({ model, ambientMeanCelsius }) => model.fans > 0 && ambientMeanCelsius > 20,
    make: ({ serial }) => ({
      fault: 'fan-stop',
      serial,
      start: -2 * hourSeconds,
      label: `${serial} runs hot, fan stopped`,
    }),
  },
  {
    suits: ({ bands }) => bands.length > 3,
    make: ({ serial }, installation) => {
      const band = bandAt(installation, 1)
      const label = `${serial} ${bandName(band)} shut down`
      // Frequent bursts for hours: the pauses between the retries have grown to hours.
      return { fault: 'oscillation-burst', serial, band, magnitude: 20, start: -5 * hourSeconds, label }
    },
  },
  {
    suits: ({ bands }) => bands.length > 2,
    make: ({ serial }, installation) => {
      const band = bandAt(installation, 0)
      const label = `${serial} ${bandName(band)} oscillates now and then`
      return { fault: 'oscillation-burst', serial, band, magnitude: 0.15, start: -0.5 * hourSeconds, label }
    },
  },
  {
    suits: ({ bands }) => bands.some(({ rsrpDbm }) => rsrpDbm < -86),
    make: ({ serial }, installation) => {
      const weakest = [...installation.bands].sort((one, other) => one.rsrpDbm - other.rsrpDbm)[0]
      const band = weakest?.specification.band ?? bandAt(installation, 0)
      const label = `${serial} ${bandName(band)} weak donor`
      return { fault: 'donor-retune', serial, band, magnitude: 26, start: -3 * hourSeconds, label }
    },
  },
  {
    suits: () => true,
    make: ({ serial }) => ({ fault: 'offline', serial, start: -1.6 * hourSeconds, label: `${serial} without power` }),
  },
  {
    suits: ({ isOnEthernet }) => isOnEthernet,
    make: ({ serial }) => {
      const label = `${serial} LAN unplugged for 40 minutes of every hour`
      return { fault: 'lan-unplugged', serial, start: -600, end: 1_800, everySeconds: hourSeconds, label }
    },
  },
  {
    suits: ({ bands }) => bands.length > 1,
    make: ({ serial }, installation) => {
      const band = bandAt(installation, 1)
      const chosen = installation.bands[1] ?? installation.bands[0]
      const marginDb = chosen === undefined ? 20 : chosen.isolationDb - chosen.gainSetDb
      const label = `${serial} ${bandName(band)} low isolation`
      // Leaves about 13 dB: too little for peace, enough not to oscillate.
      return { fault: 'antenna-moved', serial, band, magnitude: Math.max(1, marginDb - 13), start: -1_200, label }
    },
  },
]

/** The devices of a demonstration fleet that are in trouble when it starts: a fixed set for a seed, one kind after another. */
export function planDemonstrationFaults(fleet: Fleet): FaultSpecification[] {
  const random = new Random(seedOf(fleet.seed, 'troubles'))
  const least = fleet.devices.length >= 20 ? troubles.length : 0
  const count = Math.max(least, Math.round(troubledShare * fleet.devices.length))
  const sites = new Map(fleet.sites.map((site) => [site.name, site]))
  const taken = new Set<string>()
  const faults: FaultSpecification[] = []
  for (let attempt = 0; faults.length < count && attempt < count * 50; attempt++) {
    const trouble = troubles[faults.length % troubles.length]
    const device = random.pick(fleet.devices)
    const site = sites.get(device.site)
    if (trouble === undefined || site === undefined || taken.has(device.serial) || site.kind === 'ship') continue
    const installation = installationOf(fleet.seed, device, site)
    if (!trouble.suits(installation)) continue
    taken.add(device.serial)
    faults.push(trouble.make(device, installation))
  }
  return faults
}

function bandAt(installation: Installation, index: number): number {
  return installation.bands[index % installation.bands.length]?.specification.band ?? 0
}
