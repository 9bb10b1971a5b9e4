import type { Account } from '@stellacontrol/protocol'
import { type FormEvent, useState } from 'react'
import { changeOwnName, changeOwnPassword } from '../api/account.ts'
import { Field, Problem, SubmitButton } from '../forms/form.tsx'
import { textOf } from '../forms/form-dialog.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'

interface CardProps {
  account: Account
  onChanged: () => void
}

export function NameCard({ account, onChanged }: CardProps) {
  const { isBusy, problem, submit } = useSubmit()
  const [isSaved, setSaved] = useState(false)
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const name = textOf(new FormData(event.currentTarget), 'name')
    setSaved(false)
    void submit(() => changeOwnName(name)).then((worked) => {
      setSaved(worked)
      if (worked) onChanged()
    })
  }
  return (
    <section className="card" aria-label="Name">
      <header>
        <h2>Name</h2>
      </header>
      <form className="pad form" onSubmit={onSubmit}>
        <Field label="Name" hint="Others see it beside what you do">
          <input name="name" required maxLength={120} defaultValue={account.name} autoComplete="name" />
        </Field>
        <Problem words={problem} />
        <div className="row">
          <SubmitButton isBusy={isBusy}>Save name</SubmitButton>
          <span className="t2" role="status">
            {isSaved && 'Saved'}
          </span>
        </div>
      </form>
    </section>
  )
}

export function PasswordCard({ account, onChanged }: CardProps) {
  const { isBusy, problem, submit } = useSubmit()
  const [isSaved, setSaved] = useState(false)
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = event.currentTarget
    const password = String(new FormData(form).get('password'))
    setSaved(false)
    void submit(() => changeOwnPassword(password)).then((worked) => {
      setSaved(worked)
      if (!worked) return
      form.reset()
      onChanged()
    })
  }
  return (
    <section className="card" aria-label="Password">
      <header>
        <h2>Password</h2>
        {!account.hasPassword && <span className="t3">You sign in through your organisation</span>}
      </header>
      <form className="pad form" onSubmit={onSubmit}>
        <input type="hidden" name="username" autoComplete="username" value={account.email} />
        <NewPasswordField />
        <p className="t3">Changing it signs you out everywhere else.</p>
        <Problem words={problem} />
        <div className="row">
          <SubmitButton isBusy={isBusy}>Change password</SubmitButton>
          <span className="t2" role="status">
            {isSaved && 'Changed; other sessions have ended'}
          </span>
        </div>
      </form>
    </section>
  )
}
