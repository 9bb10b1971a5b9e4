import type { RegistryDeviceView } from '@stellacontrol/protocol'
import { useState } from 'react'
import { OrganisationField } from '../administration/organisation-field.tsx'
import { transferDevice } from '../api/registry.ts'
import type { Choice } from '../forms/combobox.tsx'
import { FormDialog } from '../forms/form-dialog.tsx'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { SiteField } from './site-field.tsx'

interface TransferDialogProps {
  device: RegistryDeviceView
  onDone: () => void
  onClose: () => void
}

/** Hands a booster to another organisation, after saying what the old owner loses. */
export function TransferDialog({ device, onDone, onClose }: TransferDialogProps) {
  const { organisations, mayIn } = useOrganisationRights()
  const [chosen, setChosen] = useState<number>()
  const [site, setSite] = useState<Choice>()
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
      onSubmit={async () => {
        await transferDevice(device.serial, Number(chosen), site?.id ?? null)
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
          <OrganisationField
            label="To"
            permission="devices.transfer"
            without={[device.organisation.id]}
            value={chosen}
            onChange={(id) => {
              setChosen(id)
              setSite(undefined)
            }}
            none="Choose the new owner"
          />
          {chosen !== undefined && (
            <SiteField label="Site there" organisation={chosen} none="No site yet" value={site} onChange={setSite} />
          )}
        </>
      )}
    </FormDialog>
  )
}
