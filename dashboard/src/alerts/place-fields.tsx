import type { OverrideScope, Permission } from '@stellacontrol/protocol'
import { OrganisationField } from '../administration/organisation-field.tsx'
import type { Choice } from '../forms/combobox.tsx'
import { Field } from '../forms/form.tsx'
import { DeviceField } from '../registry/device-field.tsx'
import { SiteField } from '../registry/site-field.tsx'

export type PlaceKind = Exclude<OverrideScope, 'model'>

/** A place as far as somebody has chosen it. */
export interface ChosenPlace {
  kind: PlaceKind
  organisation: number | undefined
  site: Choice | undefined
  device: Choice<string> | undefined
}

const kindWords: Record<PlaceKind, string> = {
  organisation: 'An organisation and what is below it',
  site: 'One site',
  device: 'One booster',
}

interface PlaceFieldsProps {
  place: ChosenPlace
  /** Offers only organisations where the reader may do this. */
  permission?: Permission
  /** False = a booster is chosen among all that the reader sees, not among those of an organisation. */
  needsOwner: boolean
  onChange: (place: ChosenPlace) => void
}

/** A choice of an organisation, one of its sites or a booster. */
export function PlaceFields({ place, permission, needsOwner, onChange }: PlaceFieldsProps) {
  const { kind, organisation, site, device } = place
  const asksOwner = kind !== 'device' || needsOwner
  return (
    <>
      <Field label="For">
        <select
          value={kind}
          onChange={(event) =>
            onChange({ ...place, kind: event.target.value as PlaceKind, site: undefined, device: undefined })
          }
        >
          {Object.entries(kindWords).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      {asksOwner && (
        <OrganisationField
          {...(permission !== undefined && { permission })}
          none="Choose an organisation"
          isRequired
          value={organisation}
          onChange={(id) => onChange({ ...place, organisation: id, site: undefined, device: undefined })}
        />
      )}
      {kind === 'site' && organisation !== undefined && (
        <SiteField
          key={organisation}
          organisation={organisation}
          none="Choose a site"
          isRequired
          value={site}
          onChange={(next) => onChange({ ...place, site: next })}
        />
      )}
      {kind === 'device' && (!needsOwner || organisation !== undefined) && (
        <DeviceField
          key={organisation}
          organisation={needsOwner ? organisation : undefined}
          none="Choose a booster"
          isRequired
          value={device}
          onChange={(next) => onChange({ ...place, device: next })}
        />
      )}
    </>
  )
}
