import type { RegistryDeviceView } from '@stellacontrol/protocol'
import { useState } from 'react'
import { changeDevice } from '../api/registry.ts'
import type { Choice } from '../forms/combobox.tsx'
import { Field } from '../forms/form.tsx'
import { FormDialog, numberOf, textOf } from '../forms/form-dialog.tsx'
import { PositionFields } from '../forms/position-fields.tsx'
import { SiteField } from './site-field.tsx'

interface EditDeviceDialogProps {
  device: RegistryDeviceView
  onDone: () => void
  onClose: () => void
}

export function EditDeviceDialog({ device, onDone, onClose }: EditDeviceDialogProps) {
  const [site, setSite] = useState<Choice | undefined>(device.site ?? undefined)
  async function save(form: FormData): Promise<void> {
    await changeDevice(device.serial, {
      name: textOf(form, 'name'),
      siteId: site?.id ?? null,
      location: textOf(form, 'location'),
      latitude: numberOf(form, 'latitude'),
      longitude: numberOf(form, 'longitude'),
      tags: tagsOf(textOf(form, 'tags')),
      notes: String(form.get('notes') ?? ''),
    })
    onDone()
  }
  return (
    <FormDialog title={`Edit ${device.serial}`} action="Save booster" onClose={onClose} onSubmit={save}>
      <Field label="Name">
        <input name="name" required maxLength={120} defaultValue={device.name} autoComplete="off" />
      </Field>
      <SiteField organisation={device.organisation.id} none="No site" value={site} onChange={setSite} />
      <Field label="Location" hint="Where in the building, in words">
        <input name="location" maxLength={200} defaultValue={device.location} autoComplete="off" />
      </Field>
      <Field label="Tags" hint="Separated by commas">
        <input name="tags" defaultValue={device.tags.join(', ')} autoComplete="off" />
      </Field>
      <Field label="Notes">
        <textarea name="notes" rows={4} maxLength={4000} defaultValue={device.notes} />
      </Field>
      <PositionFields latitude={device.latitude} longitude={device.longitude} />
    </FormDialog>
  )
}

function tagsOf(text: string): string[] {
  const tags = text.split(/[,;]/).map((tag) => tag.trim())
  return [...new Set(tags.filter((tag) => tag !== ''))]
}
