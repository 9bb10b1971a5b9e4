import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { askForPasswordReset, resetPassword } from '../api/links.ts'
import { Field, Problem, SubmitButton } from '../forms/form.tsx'
import { textOf } from '../forms/form-dialog.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { LinkFrame } from './link-frame.tsx'
import { useLinkToken } from './use-link-token.ts'

/** Without a link: asks for one. With it: takes the new password. */
export function PasswordResetPage() {
  const token = useLinkToken()
  useEffect(() => {
    document.title = 'Reset password · StellaControl'
  }, [])
  return <LinkFrame>{token === undefined ? <RequestForm /> : <ResetForm token={token} />}</LinkFrame>
}

function RequestForm() {
  const { isBusy, problem, submit } = useSubmit()
  const [sentTo, setSentTo] = useState<string>()
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const email = textOf(new FormData(event.currentTarget), 'email')
    void submit(() => askForPasswordReset(email)).then((worked) => worked && setSentTo(email))
  }
  if (sentTo !== undefined) {
    return (
      <div className="auth-f" role="status">
        <h1>Look into your mail</h1>
        <p className="t2">
          If {sentTo} has an account here, a link is on its way. It works once, for 30 min. Nothing arrives? Ask an
          administrator of your organisation.
        </p>
        <BackToSignIn />
      </div>
    )
  }
  return (
    <form className="auth-f" onSubmit={onSubmit}>
      <h1>Reset your password</h1>
      <p className="t2">Type the address of your account: a link to choose a new password comes by e-mail.</p>
      <Field label="Work e-mail">
        <input type="email" name="email" autoComplete="username" required maxLength={254} />
      </Field>
      <Problem words={problem} />
      <SubmitButton isBusy={isBusy}>Send link</SubmitButton>
      <BackToSignIn />
    </form>
  )
}

function ResetForm({ token }: { token: string }) {
  const { isBusy, problem, submit } = useSubmit()
  const queryClient = useQueryClient()
  const [isDone, setDone] = useState(false)
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget).get('password'))
    void submit(() => resetPassword(token, password)).then((worked) => {
      if (worked) queryClient.clear()
      setDone(worked)
    })
  }
  if (isDone) {
    return (
      <div className="auth-f" role="status">
        <h1>Password changed</h1>
        <p className="t2">You were signed out everywhere. Sign in with the new password.</p>
        <Link className="btn pri xl" to="/sign-in">
          Sign in
        </Link>
      </div>
    )
  }
  return (
    <form className="auth-f" onSubmit={onSubmit}>
      <h1>Choose a new password</h1>
      <NewPasswordField />
      <Problem words={problem} />
      <SubmitButton isBusy={isBusy}>Change password</SubmitButton>
      {problem !== undefined && (
        <a className="link" href="/password-reset">
          Ask for another link
        </a>
      )}
    </form>
  )
}

function BackToSignIn() {
  return (
    <Link className="link" to="/sign-in">
      Back to sign-in
    </Link>
  )
}
