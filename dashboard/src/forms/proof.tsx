import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import { accountQuery, prove } from '../api/account.ts'
import { ApiError } from '../api/http.ts'
import { signInMethodsQuery } from '../api/session.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Actions, Field, Problem, SubmitButton } from './form.tsx'
import { problemWords } from './problem-words.ts'

/** The reader closed the question instead of answering it. */
export class ProofCancelled extends Error {}

type Prove = (action: () => Promise<unknown>) => Promise<unknown>

// Where nobody is signed in, nobody can be asked again.
const ProofContext = createContext<Prove>((action) => action())
export const useProof = () => useContext(ProofContext)

interface Question {
  resolve: () => void
  reject: (error: Error) => void
}

/** Asks who is there whenever the service answers `proof-required`, then does again what was refused. */
export function ProofProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question>()
  const proveFirst = useCallback<Prove>(async (action) => {
    try {
      return await action()
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'proof-required')) throw error
      await new Promise<void>((resolve, reject) => setQuestion({ resolve, reject })).finally(() =>
        setQuestion(undefined),
      )
      return await action()
    }
  }, [])
  return (
    <ProofContext value={proveFirst}>
      {children}
      {question !== undefined && (
        <ProofDialog onProven={question.resolve} onCancel={() => question.reject(new ProofCancelled())} />
      )}
    </ProofContext>
  )
}

function ProofDialog({ onProven, onCancel }: { onProven: () => void; onCancel: () => void }) {
  const { data: account } = useQuery(accountQuery)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const asksPassword = account?.hasPassword ?? true
  const asksCode = account?.secondFactor.enabled ?? false
  async function onSubmit(form: FormData): Promise<void> {
    // Signed in again beside this page: what was refused is tried again with the new session.
    if (!asksPassword && !asksCode) return onProven()
    setBusy(true)
    setProblem(undefined)
    try {
      await prove({
        ...(asksPassword && { password: String(form.get('password')) }),
        ...(asksCode && { code: String(form.get('code')).trim() }),
      })
      onProven()
    } catch (error) {
      setProblem(problemWords(error))
      setBusy(false)
    }
  }
  return (
    <Dialog title="Is it still you?" onClose={onCancel}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void onSubmit(new FormData(event.currentTarget))
        }}
      >
        <p className="t2">This is a sensitive change. Prove once more who you are; then it goes on by itself.</p>
        {asksPassword && (
          <Field label="Password">
            <input type="password" name="password" autoComplete="current-password" required maxLength={1024} />
          </Field>
        )}
        {asksCode && (
          <Field label="Code" hint="From your authenticator app, or a recovery code">
            <input
              name="code"
              className="mono"
              autoComplete="one-time-code"
              autoCapitalize="none"
              maxLength={20}
              required
            />
          </Field>
        )}
        {!asksPassword && !asksCode && <ProviderAgain />}
        <Problem words={problem} />
        <Actions>
          <button type="button" className="btn" onClick={onCancel}>
            Cancel
          </button>
          <SubmitButton isBusy={isBusy}>Go on</SubmitButton>
        </Actions>
      </form>
    </Dialog>
  )
}

/** For an account with neither password nor second factor: its proof is to sign in again, beside this page, which stays as it is. */
function ProviderAgain() {
  const provider = useQuery(signInMethodsQuery).data?.openIdConnect
  if (!provider) return null
  return (
    <a className="btn" href={provider.url} target="_blank" rel="noreferrer">
      Sign in again with {provider.name}
    </a>
  )
}
