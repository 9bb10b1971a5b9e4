import type { OrganisationView } from '@stellacontrol/protocol'
import { useState } from 'react'
import { addOrganisation, renameOrganisation } from '../api/organisations.ts'
import { Field } from '../forms/form.tsx'
import { FormDialog, textOf } from '../forms/form-dialog.tsx'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { OrganisationField } from './organisation-field.tsx'

interface AddProps {
  onDone: () => void
  onClose: () => void
}

export function AddOrganisationDialog({ onDone, onClose }: AddProps) {
  const { organisations = [], mayIn } = useOrganisationRights()
  const parents = organisations.filter(({ id, kind }) => kind !== 'customer' && mayIn('organisations.edit', id))
  const [chosen, setChosen] = useState(parents.length === 1 ? parents[0]?.id : undefined)
  if (parents.length === 0) {
    return (
      <FormDialog
        title="Add organisation"
        action="Add organisation"
        isDisabled
        onClose={onClose}
        onSubmit={async () => {}}
      >
        <p className="t2">
          Only a manufacturer or a reseller has organisations below it, and you administer none → ask whoever sold you
          your boosters.
        </p>
      </FormDialog>
    )
  }
  return (
    <FormDialog
      title="Add organisation"
      action="Add organisation"
      onClose={onClose}
      onSubmit={async (form) => {
        await addOrganisation({
          parentId: Number(chosen),
          kind: textOf(form, 'kind') === 'reseller' ? 'reseller' : 'customer',
          name: textOf(form, 'name'),
        })
        onDone()
      }}
    >
      <Field label="Name">
        <input name="name" required maxLength={120} autoComplete="off" />
      </Field>
      <Field label="Kind" hint="A customer owns boosters; a reseller looks after customers">
        <select name="kind" defaultValue="customer">
          <option value="customer">Customer</option>
          <option value="reseller">Reseller</option>
        </select>
      </Field>
      <OrganisationField
        label="Belongs to"
        hint="Whoever has a role there has it here too"
        permission="organisations.edit"
        isParent
        none="Choose the one above"
        value={chosen}
        onChange={setChosen}
        isRequired
      />
    </FormDialog>
  )
}

interface RenameProps {
  organisation: OrganisationView
  onDone: () => void
  onClose: () => void
}

export function RenameOrganisationDialog({ organisation, onDone, onClose }: RenameProps) {
  return (
    <FormDialog
      title={`Rename ${organisation.name}`}
      action="Rename organisation"
      onClose={onClose}
      onSubmit={async (form) => {
        await renameOrganisation(organisation.id, textOf(form, 'name'))
        onDone()
      }}
    >
      <Field label="Name">
        <input name="name" required maxLength={120} defaultValue={organisation.name} autoComplete="off" />
      </Field>
    </FormDialog>
  )
}
