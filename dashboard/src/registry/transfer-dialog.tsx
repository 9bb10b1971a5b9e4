import type { RegistryDeviceView } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { OrganisationSelect } from '../administration/organisation-select.tsx'
import { sitesQuery } from '../api/organisations.ts'
import { transferDevice } from '../api/registry.ts'
import { Field } from '../forms/form.tsx'
import { FormDialog, numberOf } from '../forms/form-dialog.tsx'
import { useOrganisationRights } from '../rights/use-rights.ts'

interface TransferDialogProps {
  device: RegistryDeviceView
  onDone: () => void
  onClose: () => void
}

/** Hands a booster to another organisation, after saying what the old owner loses. */
export function TransferDialog({ device, onDone, onClose }: TransferDialogProps) {
  const { organisations, mayIn } = useOrganisationRights()
  const { data: sites } = useQuery(sitesQuery)
  const [chosen, setChosen] = useState<number>()
  const targets = (organisations ?? []).filter(
    ({ id }) => id !== device.organisation.id && mayIn('devices.transfer', id),
  )
  const target = targets.find(({ id }) => id === chosen)
  return (
    <FormDialog
      title={`Transfer ${device.name}`}
      action="Transfer booster"
      isDanger
      isDisabled={target === undefined}
      onClose={onClose}
      onSubmit={async (form) => {
        await transferDevice(device.serial, Number(chosen), numberOf(form, 'site'))
        onDone()
      }}
    >
      {targets.length === 0 ? (
        <p className="t2">
          You administer no other organisation → make a claim code instead and hand it to the new owner.
        </p>
      ) : (
        <>
          <p className="t2">
            {device.organisation.name} loses sight of <span className="mono">{device.serial}</span> at once, with all
            its history; {target?.name ?? 'the new owner'} sees what it reports from then on. Site, notes and tags do
            not go along.
          </p>
          <Field label="To">
            <OrganisationSelect
              organisations={targets}
              name="organisation"
              value={chosen}
              onChange={setChosen}
              none="Choose the new owner"
            />
          </Field>
          <Field label="Site there">
            <select name="site" key={chosen}>
              <option value="">No site yet</option>
              {sites
                ?.filter(({ organisation }) => organisation.id === chosen)
                .map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
            </select>
          </Field>
        </>
      )}
    </FormDialog>
  )
}
