import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ApiError } from '../api/http.ts'
import { sessionQuery, signIn } from '../api/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Logo } from '../shell/logo.tsx'
import { SectionDrawing } from './section-drawing.tsx'
import { type SignInProblem, signInProblem } from './sign-in-problem.ts'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { next } = route.useSearch()
  const router = useRouter()
  const queryClient = useQueryClient()
  const [isPasswordShown, setPasswordShown] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<SignInProblem>()

  async function onSubmit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    if (isBusy) return
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setProblem(undefined)
    try {
      const session = await signIn(String(form.get('email')).trim(), String(form.get('password')))
      queryClient.setQueryData(sessionQuery.queryKey, session)
      router.history.replace(next ?? '/')
    } catch (error) {
      setProblem(signInProblem(error instanceof ApiError ? error.status : 0))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="auth">
      <main id="main" className="auth-l">
        <header className="row">
          <span className="lg-m">
            <Logo />
          </span>
          <b className="brand">StellaControl</b>
        </header>
        <form className="auth-f" onSubmit={onSubmit}>
          <h1>Sign in</h1>
          {next !== undefined && problem === undefined && (
            <p className="t3">Sign in to go on to the page you asked for.</p>
          )}
          <label className="field">
            Work e-mail
            <input type="email" name="email" autoComplete="username" required maxLength={254} />
          </label>
          <div className={problem?.field === 'password' ? 'field bad' : 'field'}>
            <label htmlFor="password">Password</label>
            <span className="pw">
              <input
                id="password"
                type={isPasswordShown ? 'text' : 'password'}
                name="password"
                autoComplete="current-password"
                required
                maxLength={1024}
                aria-invalid={problem?.field === 'password'}
                aria-describedby={problem === undefined ? undefined : 'problem'}
              />
              <button
                type="button"
                className="btn ghost icon sm"
                aria-label={isPasswordShown ? 'Hide password' : 'Show password'}
                aria-pressed={isPasswordShown}
                onClick={() => setPasswordShown((shown) => !shown)}
              >
                <Icon name="eye" />
              </button>
            </span>
          </div>
          <div role="alert" id="problem">
            {problem !== undefined && (
              <p className="note p1">
                <Icon name="info" />
                {problem.words}
              </p>
            )}
          </div>
          <button type="submit" className={`btn pri xl ${isBusy ? 'busy' : ''}`} aria-busy={isBusy}>
            Sign in
          </button>
        </form>
      </main>
      <aside className="auth-r" aria-label="What StellaControl does">
        <SectionDrawing />
        <p>
          <b>From the mast to the ceiling, one view.</b>
          <br />
          Every booster, every band, as it is this second. You see what is wrong, and what to check first.
        </p>
      </aside>
    </div>
  )
}
