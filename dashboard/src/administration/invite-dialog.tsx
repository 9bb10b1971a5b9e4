import type { OrganisationView, Role } from '@stellacontrol/protocol'
import { useState } from 'react'
import { invite } from '../api/people.ts'
import { CopyField } from '../forms/copy-field.tsx'
import { Actions, Field } from '../forms/form.tsx'
import { FormDialog, textOf } from '../forms/form-dialog.tsx'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Dialog } from '../shell/dialog.tsx'
import { roleWords } from '../words/people-words.ts'
import { OrganisationField } from './organisation-field.tsx'
import { RoleSelect } from './role-field.tsx'

interface InviteDialogProps {
  organisations: readonly OrganisationView[]
  organisation: number | undefined
  onDone: () => void
  onClose: () => void
}

/** Invites by e-mail; without a mail server the link is shown here, to be handed over by hand. */
export function InviteDialog({ organisations, organisation, onDone, onClose }: InviteDialogProps) {
  const { roleIn } = useOrganisationRights()
  const [chosen, setChosen] = useState(organisation ?? (organisations.length === 1 ? organisations[0]?.id : undefined))
  const [role, setRole] = useState<Role>('viewer')
  const [link, setLink] = useState<{ email: string; link: string }>()
  if (link !== undefined) {
    return (
      <Dialog title={`Invitation for ${link.email}`} onClose={onClose}>
        <div className="form">
          <p className="t2">
            No mail server is set here, so nothing was sent. Hand this link over yourself: it works once, for 7 days.
          </p>
          <CopyField label="Link" value={link.link} />
          <Actions>
            <button type="button" className="btn pri" onClick={onClose}>
              Done
            </button>
          </Actions>
        </div>
      </Dialog>
    )
  }
  return (
    <FormDialog
      title="Invite person"
      action="Send invitation"
      staysOpen
      onClose={onClose}
      onSubmit={async (form) => {
        const email = textOf(form, 'email')
        const made = await invite({ email, organisationId: Number(chosen), role })
        onDone()
        if (made.link === null) return onClose()
        setLink({ email, link: made.link })
      }}
    >
      <Field label="E-mail">
        <input type="email" name="email" required maxLength={254} autoComplete="off" />
      </Field>
      <OrganisationField
        hint="The role holds there and in everything below it"
        permission="people.edit"
        value={chosen}
        onChange={setChosen}
        none="Choose one"
        isRequired
      />
      <Field label="Role" hint={`${roleWords[role].word} ${roleWords[role].may}`}>
        <RoleSelect
          name="role"
          label="Role"
          value={role}
          highest={chosen === undefined ? undefined : roleIn(chosen)}
          onChange={setRole}
        />
      </Field>
    </FormDialog>
  )
}
