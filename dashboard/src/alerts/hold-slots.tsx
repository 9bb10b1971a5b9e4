import type { Hold } from '@stellacontrol/protocol'
import { LengthSlot, NumberSlot } from './rule-slots.tsx'

interface HoldSlotsProps {
  label: string
  name: string
  hold: Hold
  inherited: Hold
  onChange: (hold: Hold) => void
}

/** Both a time and a number of reports must pass. */
export function HoldSlots({ label, name, hold, inherited, onChange }: HoldSlotsProps) {
  return (
    <>
      for at least{' '}
      <LengthSlot
        label={`${label}: time`}
        name={`${name}.holdMs`}
        valueMs={hold.holdMs}
        isChanged={hold.holdMs !== inherited.holdMs}
        onChange={(holdMs) => onChange({ ...hold, holdMs })}
      />{' '}
      and{' '}
      <NumberSlot
        label={`${label}: reports`}
        name={`${name}.samples`}
        value={hold.samples}
        unit={hold.samples === 1 ? 'report' : 'reports'}
        isWhole
        isChanged={hold.samples !== inherited.samples}
        onChange={(samples) => onChange({ ...hold, samples })}
      />{' '}
    </>
  )
}
