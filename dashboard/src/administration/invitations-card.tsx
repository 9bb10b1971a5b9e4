import type { Invitation } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { invitationsQuery, revokeInvitation } from '../api/people.ts'
import { FormDialog } from '../forms/form-dialog.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { roleWords } from '../words/people-words.ts'
import { formatDay, formatDuration } from '../words/time.ts'

interface InvitationsCardProps {
  organisation: number | undefined
  onChanged: () => void
}

/** Invitations that nobody has accepted yet. */
export function InvitationsCard({ organisation, onChanged }: InvitationsCardProps) {
  const { data, error, refetch } = useQuery(invitationsQuery)
  const [revoked, setRevoked] = useState<Invitation>()
  const shown = data?.filter((invitation) => organisation === undefined || invitation.organisation.id === organisation)
  return (
    <section className="card clip" aria-label="Pending invitations">
      <header>
        <h2>Pending invitations</h2>
      </header>
      <Loaded data={shown} error={error} what="the invitations" onRetry={refetch}>
        {(list) =>
          list.length === 0 ? (
            <p className="pad t3">No invitation waits for an answer.</p>
          ) : (
            <InvitationTable invitations={list} onRevoke={setRevoked} />
          )
        }
      </Loaded>
      {revoked !== undefined && (
        <FormDialog
          title={`Revoke the invitation of ${revoked.email}`}
          action="Revoke invitation"
          isDanger
          onClose={() => setRevoked(undefined)}
          onSubmit={async () => {
            await revokeInvitation(revoked.id)
            onChanged()
          }}
        >
          <p className="t2">The link that was sent stops working at once. You can invite this person again.</p>
        </FormDialog>
      )}
    </section>
  )
}

interface InvitationTableProps {
  invitations: readonly Invitation[]
  onRevoke: (invitation: Invitation) => void
}

function InvitationTable({ invitations, onRevoke }: InvitationTableProps) {
  return (
    <table className="tbl flow">
      <thead>
        <tr>
          <th>E-mail</th>
          <th>Role</th>
          <th>Invited by</th>
          <th>Valid until</th>
          <th>
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {invitations.map((invitation) => (
          <tr key={invitation.id}>
            <td>
              <b>{invitation.email}</b>
            </td>
            <td>
              {roleWords[invitation.role].word} <span className="t3">in {invitation.organisation.name}</span>
            </td>
            <td className="t2" data-name="invited by">
              {invitation.invitedBy}
            </td>
            <td className="t2" data-name="valid until">
              {formatDay(Date.parse(invitation.expiresAt))}{' '}
              <span className="t3">in {formatDuration(Date.parse(invitation.expiresAt) - Date.now())}</span>
            </td>
            <td className="num">
              <button type="button" className="btn sm" onClick={() => onRevoke(invitation)}>
                Revoke…<span className="vh"> {invitation.email}</span>
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
