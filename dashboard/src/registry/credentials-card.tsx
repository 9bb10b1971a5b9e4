import type { Credential } from '@stellacontrol/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { addCredential, credentialsQuery, revokeCredential } from '../api/registry.ts'
import { CopyField } from '../forms/copy-field.tsx'
import { Actions, Field } from '../forms/form.tsx'
import { FormDialog } from '../forms/form-dialog.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { formatDay, formatDuration, toMoment } from '../words/time.ts'

/** What a booster signs in with: two at most, so that one can be replaced without a gap. */
export function CredentialsCard({ serial }: { serial: string }) {
  const queryClient = useQueryClient()
  const { data, error, refetch } = useQuery(credentialsQuery(serial))
  const [isAdding, setAdding] = useState(false)
  const [revoked, setRevoked] = useState<Credential>()
  const changed = () => queryClient.invalidateQueries({ queryKey: ['registry', serial] })
  return (
    <section className="card" aria-label="Credentials">
      <header>
        <h2>Credentials</h2>
        <span className="grow" />
        <button type="button" className="btn sm" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          Add
        </button>
      </header>
      <Loaded data={data} error={error} what="the credentials" onRetry={() => void refetch()}>
        {(credentials) =>
          credentials.length === 0 ? (
            <p className="pad t3">None: the booster cannot connect until it has one.</p>
          ) : (
            <ul className="lines">
              {credentials.map((credential) => (
                <li key={credential.id} className="row">
                  <CredentialWords credential={credential} />
                  <button type="button" className="btn sm" onClick={() => setRevoked(credential)}>
                    Revoke…<span className="vh"> {nameOf(credential)}</span>
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {isAdding && <AddCredentialDialog serial={serial} onDone={changed} onClose={() => setAdding(false)} />}
      {revoked !== undefined && (
        <FormDialog
          title={`Revoke ${nameOf(revoked)}`}
          action="Revoke credential"
          isDanger
          onClose={() => setRevoked(undefined)}
          onSubmit={async () => {
            await revokeCredential(serial, revoked.id)
            changed()
          }}
        >
          <p className="t2">
            A connection that uses it closes at once and is refused from then on. This cannot be undone.
            {data?.length === 1 && ' It is the only one: the booster stays away until it gets another.'}
          </p>
        </FormDialog>
      )}
    </section>
  )
}

const nameOf = ({ kind, createdAt }: Credential) =>
  `${kind === 'secret' ? 'secret' : 'certificate'} of ${formatDay(Date.parse(createdAt))}`

function CredentialWords({ credential }: { credential: Credential }) {
  const usedAt = toMoment(credential.lastUsedAt)
  const expiresAt = toMoment(credential.expiresAt)
  return (
    <span className="grow">
      {credential.kind === 'secret' ? 'Secret' : 'Certificate'} of {formatDay(Date.parse(credential.createdAt))}
      <small className="t3 under">
        {usedAt === undefined ? 'Never used' : `Used ${formatDuration(Date.now() - usedAt)} ago`}
        {expiresAt !== undefined && `, valid until ${formatDay(expiresAt)}`}
      </small>
      {credential.isKnownToEarlierOwner && (
        <small className="under">
          <span className="tag p2">Known to the earlier owner</span> Add a new one: this one ends by itself.
        </small>
      )}
      {credential.isClaimOnly && (
        <small className="t3 under">Only to fetch a new secret: the booster does it by itself, over TLS</small>
      )}
      {credential.fingerprint !== null && (
        <small className="t3 under mono" title={credential.fingerprint}>
          {credential.fingerprint.slice(0, 16)}…
        </small>
      )}
    </span>
  )
}

interface AddCredentialProps {
  serial: string
  onDone: () => void
  onClose: () => void
}

function AddCredentialDialog({ serial, onDone, onClose }: AddCredentialProps) {
  const [kind, setKind] = useState<Credential['kind']>('secret')
  const [secret, setSecret] = useState<string>()
  if (secret !== undefined) {
    return (
      <Dialog title={`Secret of ${serial}`} onClose={onClose}>
        <div className="form">
          <p className="t2">Put it into the booster now: it is shown once, and nobody can read it again.</p>
          <CopyField label="Secret" value={secret} />
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
      title={`Add credential for ${serial}`}
      action={kind === 'secret' ? 'Make secret' : 'Add certificate'}
      staysOpen
      onClose={onClose}
      onSubmit={async (form) => {
        const made = await addCredential(
          serial,
          kind === 'secret' ? { kind } : { kind, certificatePem: String(form.get('certificate')) },
        )
        onDone()
        if (made.secret === null) onClose()
        else setSecret(made.secret)
      }}
    >
      <p className="t2">The one before stays valid until the new one is used first, for 24 h at most.</p>
      <Field label="Kind">
        <select value={kind} onChange={(event) => setKind(event.target.value === 'secret' ? 'secret' : 'certificate')}>
          <option value="secret">Secret, made here</option>
          <option value="certificate">Certificate, made by you</option>
        </select>
      </Field>
      {kind === 'certificate' && (
        <Field label="Certificate" hint="PEM; only its public key is kept">
          <textarea name="certificate" className="mono" rows={6} required maxLength={20_000} spellCheck={false} />
        </Field>
      )}
    </FormDialog>
  )
}
