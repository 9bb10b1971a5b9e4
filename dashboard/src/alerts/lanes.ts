import type { BacktestFiring, BacktestResult } from '@stellacontrol/protocol'

/** One firing in the lane of its booster. */
export interface LaneMark {
  /** 0 at the beginning of the time, 1 at its end. */
  at: number
  /** Raised by what is chosen too; otherwise only by the rule as it is. */
  isKept: boolean
}

export interface Lane {
  serial: string
  name: string
  marks: LaneMark[]
  /** By the rule as it is, then by what is chosen; of the listed firings. */
  firings: number
  kept: number
}

/** What a variant would have raised: the listed ones of all. Pure. */
export function chosenFirings({ firings, variants }: BacktestResult, chosen: number): readonly BacktestFiring[] {
  return chosen === 0 ? firings : (variants[chosen]?.longest ?? [])
}

/** The listed firings of the rule that a variant would not have raised. Pure. */
function goneFirings({ firings }: BacktestResult, chosen: number): readonly BacktestFiring[] {
  return chosen === 0 ? [] : firings.filter(({ keptBy }) => !keptBy.includes(chosen))
}

/** The firings by booster, most firings first: those of the chosen variant, and those of the rule that it would not have raised. Pure. */
export function lanesOf(result: BacktestResult, chosen: number): Lane[] {
  const { firings, from, to } = result
  const [fromAt, toAt] = [Date.parse(from), Date.parse(to)]
  const lanes = new Map<string, Lane>()
  const laneOf = ({ serial, name }: BacktestFiring) => {
    const lane = lanes.get(serial) ?? { serial, name, marks: [], firings: 0, kept: 0 }
    lanes.set(serial, lane)
    return lane
  }
  const mark = (firing: BacktestFiring, isKept: boolean) => {
    const at = (Date.parse(firing.raisedAt) - fromAt) / (toAt - fromAt)
    laneOf(firing).marks.push({ at, isKept })
  }
  for (const firing of firings) laneOf(firing).firings++
  for (const firing of goneFirings(result, chosen)) mark(firing, false)
  for (const firing of chosenFirings(result, chosen)) {
    mark(firing, true)
    laneOf(firing).kept++
  }
  // Equal ones keep their order, so that nothing moves when another variant is chosen.
  return [...lanes.values()].sort((one, other) => other.firings - one.firings)
}

/** The moments below the lanes: the beginning, two between, the end. In epoch ms. Pure. */
export function laneMoments({ from, to }: Pick<BacktestResult, 'from' | 'to'>): number[] {
  const [fromAt, toAt] = [Date.parse(from), Date.parse(to)]
  return [0, 1, 2, 3].map((third) => fromAt + ((toAt - fromAt) * third) / 3)
}
