import type { RegistryDeviceView } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { sitesQuery } from '../api/organisations.ts'
import { changeDevice } from '../api/registry.ts'
import { Field } from '../forms/form.tsx'
import { FormDialog, numberOf, textOf } from '../forms/form-dialog.tsx'
import { PositionFields } from '../forms/position-fields.tsx'

interface EditDeviceDialogProps {
  device: RegistryDeviceView
  onDone: () => void
  onClose: () => void
}

export function EditDeviceDialog({ device, onDone, onClose }: EditDeviceDialogProps) {
  const { data: sites } = useQuery(sitesQuery)
  const own = sites?.filter(({ organisation }) => organisation.id === device.organisation.id)
  async function save(form: FormData): Promise<void> {
    await changeDevice(device.serial, {
      name: textOf(form, 'name'),
      siteId: numberOf(form, 'site'),
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
      <Field label="Site">
        <select name="site" key={own === undefined ? 'loading' : 'loaded'} defaultValue={device.site?.id ?? ''}>
          <option value="">No site</option>
          {(own ?? (device.site === null ? [] : [device.site])).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
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
