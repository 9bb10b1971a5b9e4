import type { Invitation } from '@stellacontrol/protocol'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { pagesQuery } from '../api/pages.ts'
import { revokeInvitation } from '../api/people.ts'
import { FormDialog } from '../forms/form-dialog.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { ListSearch, ShowMore, useSettled } from '../shell/paged-list.tsx'
import { roleWords } from '../words/people-words.ts'
import { formatDay, formatDuration } from '../words/time.ts'

interface InvitationsCardProps {
  organisation: number | undefined
  onChanged: () => void
}

/** Invitations that nobody has accepted yet. */
export function InvitationsCard({ organisation, onChanged }: InvitationsCardProps) {
  const [text, setText] = useState('')
  const search = useSettled(text.trim())
  const invitations = useInfiniteQuery(pagesQuery<Invitation>('invitations', { organisation, search }))
  const [revoked, setRevoked] = useState<Invitation>()
  return (
    <section className="card clip" aria-label="Pending invitations">
      <header>
        <h2>Pending invitations</h2>
        {(search !== '' || (invitations.data?.pages[0]?.total ?? 0) > 0) && (
          <ListSearch label="Search invitations" value={text} onChange={setText} />
        )}
      </header>
      <Loaded
        data={invitations.data?.pages.flatMap(({ items }) => items)}
        error={invitations.error}
        what="the invitations"
        onRetry={invitations.refetch}
      >
        {(list) =>
          list.length === 0 ? (
            <p className="pad t3">{search === '' ? 'No invitation waits for an answer.' : 'No invitation matches.'}</p>
          ) : (
            <InvitationTable invitations={list} onRevoke={setRevoked} />
          )
        }
      </Loaded>
      <ShowMore list={invitations} />
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
