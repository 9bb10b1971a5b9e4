import type { DeviceSummary } from '@stellacontrol/protocol'
import { choicesAtOnce } from '../administration/organisation-field.tsx'
import { readPage } from '../api/pages.ts'
import { type Choice, Combobox } from '../forms/combobox.tsx'

interface DeviceFieldProps {
  label?: string
  /** Whose boosters are offered, with those of everybody below; undefined = all that the reader sees. */
  organisation?: number | undefined
  none: string
  isRequired?: boolean
  value: Choice<string> | undefined
  onChange: (device: Choice<string> | undefined) => void
}

/** A choice of a booster, by serial, name, site or tag. */
export function DeviceField({ label = 'Booster', organisation, none, isRequired = false, ...field }: DeviceFieldProps) {
  const parameters = { organisation, sort: 'name', limit: choicesAtOnce }
  return (
    <Combobox<string>
      {...{ label, none, isRequired, ...field }}
      source={['devices-to-choose', parameters]}
      search={async (search, signal) => {
        const { items, total } = await readPage<DeviceSummary>('devices', { ...parameters, search }, signal)
        const choices = items.map(({ serial, name, site, organisation: owner }) => ({
          id: serial,
          name,
          hint: `${serial}, ${site?.name ?? owner.name}`,
        }))
        return { choices, total }
      }}
    />
  )
}
