import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { ApiError } from '../api/http.ts'
import { acceptInvitation, type InvitationPreview, previewInvitation } from '../api/links.ts'
import { sessionQuery } from '../api/session.ts'
import { Field, Problem, SubmitButton } from '../forms/form.tsx'
import { textOf } from '../forms/form-dialog.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { problemWords } from '../forms/problem-words.ts'
import { useSubmit } from '../forms/use-submit.ts'
import { AfterDelay } from '../shell/page-states.tsx'
import { roleWords } from '../words/people-words.ts'
import { LinkFrame } from './link-frame.tsx'
import { useLinkToken } from './use-link-token.ts'

/** Where an invitation's link leads: who invites to what, and how to accept. */
export function InvitationPage() {
  const token = useLinkToken()
  const { data, error } = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => previewInvitation(token ?? ''),
    enabled: token !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  useEffect(() => {
    document.title = 'Invitation · StellaControl'
  }, [])
  return (
    <LinkFrame>
      {token === undefined || error !== null ? (
        <div className="auth-f">
          <h1>This invitation does not work</h1>
          <p className="t2">
            {error === null ? 'Open the link in your e-mail again: it is needed in full.' : problemWords(error)}
          </p>
          <Link className="btn xl" to="/sign-in">
            Go to sign-in
          </Link>
        </div>
      ) : data === undefined ? (
        <AfterDelay>
          <p className="auth-f t3" role="status">
            Looking the invitation up …
          </p>
        </AfterDelay>
      ) : (
        <AcceptForm token={token} invitation={data} />
      )}
    </LinkFrame>
  )
}

function AcceptForm({ token, invitation }: { token: string; invitation: InvitationPreview }) {
  const { isBusy, problem, submit } = useSubmit()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [isJoined, setJoined] = useState(false)
  const [asksCode, setAsksCode] = useState(false)
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    void submit(async () => {
      const password = String(form.get('password'))
      const code = textOf(form, 'code')
      const name = textOf(form, 'name')
      try {
        await acceptInvitation({ token, password, ...(name !== '' && { name }), ...(code !== '' && { code }) })
      } catch (error) {
        if (!(error instanceof ApiError && error.code === 'second-factor-required')) throw error
        if (asksCode) throw new ApiError(error.status, 'code-refused', error.message, { cause: error })
        return setAsksCode(true)
      }
      // Whoever was signed in here before may be somebody else.
      queryClient.clear()
      const session = await queryClient.fetchQuery(sessionQuery)
      if (session?.user.email.toLowerCase() === invitation.email.toLowerCase()) await navigate({ to: '/' })
      else setJoined(true)
    })
  }
  if (isJoined) {
    return (
      <div className="auth-f">
        <h1>Welcome to {invitation.organisation}</h1>
        <p className="t2">Your account {invitation.email} is ready. Sign in with the password you have just typed.</p>
        <Link className="btn pri xl" to="/sign-in">
          Sign in
        </Link>
      </div>
    )
  }
  const { word, may } = roleWords[invitation.role]
  return (
    <form className="auth-f" onSubmit={onSubmit}>
      <h1>Join {invitation.organisation}</h1>
      <p className="t2">
        {invitation.email} is invited as {word.toLowerCase()}, who {may}.
      </p>
      <input type="hidden" name="username" autoComplete="username" value={invitation.email} />
      {invitation.hasAccount ? (
        <Field label="Your password" hint="You have an account already: its password accepts the invitation">
          <input type="password" name="password" autoComplete="current-password" required maxLength={256} />
        </Field>
      ) : (
        <>
          <Field label="Your name">
            <input name="name" required maxLength={120} autoComplete="name" />
          </Field>
          <NewPasswordField label="Choose a password" />
        </>
      )}
      {asksCode && (
        <Field
          label="Code"
          hint="Your account has a second factor: a code from your authenticator app, or a recovery code"
        >
          <input
            name="code"
            className="mono"
            // biome-ignore lint/a11y/noAutofocus: it has just been asked for, and everything else is filled in
            autoFocus
            autoComplete="one-time-code"
            autoCapitalize="none"
            maxLength={20}
            required
          />
        </Field>
      )}
      <Problem words={problem} />
      <SubmitButton isBusy={isBusy}>Accept invitation</SubmitButton>
    </form>
  )
}
