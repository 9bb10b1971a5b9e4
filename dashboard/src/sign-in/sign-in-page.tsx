import { getRouteApi } from '@tanstack/react-router'
import { Icon } from '../shell/icon.tsx'
import { Logo } from '../shell/logo.tsx'
import { CodeField } from './code-field.tsx'
import { PasswordField } from './password-field.tsx'
import { ProviderButton } from './provider-button.tsx'
import { SectionDrawing } from './section-drawing.tsx'
import { providerProblem, type SignInProblem } from './sign-in-problem.ts'
import { type SignInSteps, useSignIn } from './use-sign-in.ts'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { next, problem } = route.useSearch()
  const steps = useSignIn(next, providerProblem(problem))
  return (
    <div className="auth">
      <main id="main" className="auth-l">
        <header className="row">
          <span className="lg-m">
            <Logo />
          </span>
          <b className="brand">StellaControl</b>
        </header>
        <form
          className="auth-f"
          onSubmit={(event) => {
            event.preventDefault()
            void steps.submit(new FormData(event.currentTarget))
          }}
        >
          <h1>Sign in</h1>
          {steps.waitsForCode ? <CodeStep steps={steps} /> : <PasswordStep steps={steps} next={next} />}
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

function PasswordStep({ steps, next }: { steps: SignInSteps; next: string | undefined }) {
  return (
    <>
      {next !== undefined && steps.problem === undefined && (
        <p className="t3">Sign in to go on to the page you asked for.</p>
      )}
      <label className="field">
        Work e-mail
        <input type="email" name="email" autoComplete="username" required maxLength={254} />
      </label>
      <PasswordField isWrong={steps.problem?.field === 'password'} />
      <ProblemNote problem={steps.problem} />
      <SubmitButton isBusy={steps.isBusy}>Sign in</SubmitButton>
      <a className="t3" href="/password-reset">
        Forgot your password?
      </a>
      <ProviderButton next={next} />
    </>
  )
}

function CodeStep({ steps }: { steps: SignInSteps }) {
  return (
    <>
      <CodeField isWrong={steps.problem?.field === 'code'} />
      <ProblemNote problem={steps.problem} />
      <SubmitButton isBusy={steps.isBusy}>Go on</SubmitButton>
      <button type="button" className="btn ghost" onClick={steps.startAgain}>
        Start again
      </button>
    </>
  )
}

function ProblemNote({ problem }: { problem: SignInProblem | undefined }) {
  return (
    <div role="alert" id="problem">
      {problem !== undefined && (
        <p className="note p1">
          <Icon name="info" />
          {problem.words}
        </p>
      )}
    </div>
  )
}

function SubmitButton({ isBusy, children }: { isBusy: boolean; children: string }) {
  return (
    <button type="submit" className={`btn pri xl ${isBusy ? 'busy' : ''}`} aria-busy={isBusy}>
      {children}
    </button>
  )
}
