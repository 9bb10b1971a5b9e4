import type { Account } from '@stellacontrol/protocol'
import { type FormEvent, useState } from 'react'
import { beginSecondFactor, confirmSecondFactor, removeSecondFactor } from '../api/account.ts'
import { CopyField } from '../forms/copy-field.tsx'
import { Actions, Field, Problem, SubmitButton } from '../forms/form.tsx'
import { FormDialog, textOf } from '../forms/form-dialog.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Icon } from '../shell/icon.tsx'
import { count } from '../words/numbers.ts'
import { QrCode } from './qr-code.tsx'

interface SecondFactorCardProps {
  account: Account
  onChanged: () => void
}

/** Codes of an authenticator app beside the password. */
export function SecondFactorCard({ account, onChanged }: SecondFactorCardProps) {
  const { enabled, recoveryCodesLeft } = account.secondFactor
  const { isBusy, problem, submit } = useSubmit()
  const [setUp, setSetUp] = useState<{ secret: string; uri: string }>()
  const [isRemoving, setRemoving] = useState(false)
  const begin = () => void submit(async () => setSetUp(await beginSecondFactor()))
  return (
    <section className="card" aria-label="Second factor">
      <header>
        <h2>Second factor</h2>
        <span className="grow" />
        <span className="tag">{enabled ? 'On' : 'Off'}</span>
      </header>
      <div className="pad form">
        <p className="t2">
          {enabled
            ? 'Signing in asks for a code of your authenticator app, too: a stolen password alone opens nothing.'
            : 'With a second factor, a stolen password alone opens nothing: signing in also asks for a code of your authenticator app.'}
        </p>
        {enabled && (
          <p className={recoveryCodesLeft < 3 ? 'note' : 't3'}>
            {count(recoveryCodesLeft, 'recovery code')} left.
            {recoveryCodesLeft < 3 && ' Turn the second factor off and on again to get new ones.'}
          </p>
        )}
        <Problem words={problem} />
        <Actions>
          {enabled ? (
            <button type="button" className="btn danger" onClick={() => setRemoving(true)}>
              Turn off…
            </button>
          ) : (
            <button type="button" className={`btn pri ${isBusy ? 'busy' : ''}`} aria-busy={isBusy} onClick={begin}>
              Set up second factor
            </button>
          )}
        </Actions>
      </div>
      {setUp !== undefined && <SetUpDialog setUp={setUp} onChanged={onChanged} onClose={() => setSetUp(undefined)} />}
      {isRemoving && (
        <FormDialog
          title="Turn the second factor off"
          action="Turn off"
          isDanger
          onClose={() => setRemoving(false)}
          onSubmit={async () => {
            await removeSecondFactor()
            onChanged()
          }}
        >
          <p className="t2">From then on the password alone signs you in. Your recovery codes stop working.</p>
        </FormDialog>
      )}
    </section>
  )
}

interface SetUpDialogProps {
  setUp: { secret: string; uri: string }
  onChanged: () => void
  onClose: () => void
}

/** Scan, confirm with a first code, keep the recovery codes. */
function SetUpDialog({ setUp, onChanged, onClose }: SetUpDialogProps) {
  const { isBusy, problem, submit } = useSubmit()
  const [codes, setCodes] = useState<string[]>()
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const code = textOf(new FormData(event.currentTarget), 'code').replaceAll(' ', '')
    void submit(async () => {
      setCodes((await confirmSecondFactor(code)).codes)
      onChanged()
    })
  }
  if (codes !== undefined) return <RecoveryCodes codes={codes} onClose={onClose} />
  return (
    <Dialog title="Set up second factor" onClose={onClose}>
      <form className="form" onSubmit={onSubmit}>
        <p className="t2">Scan this with your authenticator app, then type the code that it shows.</p>
        <QrCode text={setUp.uri} label="QR code for the authenticator app" />
        <CopyField label="Or type this into the app" value={setUp.secret} />
        <Field label="Code">
          <input
            name="code"
            className="mono"
            inputMode="numeric"
            pattern="[0-9 ]{6,7}"
            autoComplete="one-time-code"
            required
          />
        </Field>
        <Problem words={problem} />
        <Actions>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <SubmitButton isBusy={isBusy}>Turn on</SubmitButton>
        </Actions>
      </form>
    </Dialog>
  )
}

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <Dialog title="Keep your recovery codes" onClose={onClose}>
      <div className="form">
        <p className="note">
          <Icon name="info" />
          The second factor is on. Each of these codes signs you in once if you lose your phone. They are shown only
          now.
        </p>
        <ul className="codes mono">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <CopyField label="All of them" value={codes.join(' ')} />
        <Actions>
          <button type="button" className="btn pri" onClick={onClose}>
            I have kept them
          </button>
        </Actions>
      </div>
    </Dialog>
  )
}
