import type { OrganisationView, SiteView } from '@stellacontrol/protocol'
import { useState } from 'react'
import { addSite, changeSite } from '../api/organisations.ts'
import { Field } from '../forms/form.tsx'
import { FormDialog, numberOf, textOf } from '../forms/form-dialog.tsx'
import { PositionFields } from '../forms/position-fields.tsx'
import { siteKindNames, siteKindWords } from '../words/people-words.ts'
import { OrganisationField } from './organisation-field.tsx'

interface SiteDialogProps {
  /** The site to edit; without it a new one is added. */
  site?: SiteView
  /** Where a new one may be added, and which of them is proposed. */
  organisations?: readonly OrganisationView[]
  organisation?: number | undefined
  onDone: (site: SiteView) => void
  onClose: () => void
}

const ownTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone
const timeZones = () => Intl.supportedValuesOf('timeZone')

export function SiteDialog({ site, organisations = [], organisation, onDone, onClose }: SiteDialogProps) {
  const isNew = site === undefined
  const [chosen, setChosen] = useState(organisation ?? (organisations.length === 1 ? organisations[0]?.id : undefined))
  async function save(form: FormData): Promise<void> {
    const values = {
      name: textOf(form, 'name'),
      kind: siteKindNames.find((kind) => kind === form.get('kind')) ?? 'building',
      timeZone: textOf(form, 'timeZone'),
      address: textOf(form, 'address'),
      latitude: numberOf(form, 'latitude'),
      longitude: numberOf(form, 'longitude'),
    }
    onDone(isNew ? await addSite({ ...values, organisationId: Number(chosen) }) : await changeSite(site.id, values))
  }
  return (
    <FormDialog
      title={isNew ? 'Add site' : `Edit ${site.name}`}
      action={isNew ? 'Add site' : 'Save site'}
      onClose={onClose}
      onSubmit={save}
    >
      <Field label="Name">
        <input name="name" required maxLength={120} defaultValue={site?.name} autoComplete="off" />
      </Field>
      {isNew && (
        <OrganisationField
          permission="sites.edit"
          value={chosen}
          onChange={setChosen}
          none="Choose the owner"
          isRequired
        />
      )}
      <div className="two">
        <Field label="Kind">
          <select name="kind" defaultValue={site?.kind ?? 'building'}>
            {siteKindNames.map((kind) => (
              <option key={kind} value={kind}>
                {siteKindWords[kind]}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Time zone">
          <input
            name="timeZone"
            list="time-zones"
            required
            maxLength={64}
            defaultValue={site?.timeZone ?? ownTimeZone()}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      </div>
      <datalist id="time-zones">
        {timeZones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <Field label="Address">
        <input name="address" maxLength={300} defaultValue={site?.address ?? ''} autoComplete="off" />
      </Field>
      <PositionFields latitude={site?.latitude} longitude={site?.longitude} />
    </FormDialog>
  )
}
