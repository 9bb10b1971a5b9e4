import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../api/http.ts'
import { sessionQuery, signIn } from '../api/session.ts'
import { type SignInProblem, signInProblem } from './sign-in-problem.ts'

export interface SignInSteps {
  /** What was right already; the code is what is missing. */
  waitsForCode: boolean
  isBusy: boolean
  problem: SignInProblem | undefined
  submit(form: FormData): Promise<void>
  startAgain(): void
}

/** Signing in, in one step or, where the account has a second factor, in two. The password is kept until the second is done. */
export function useSignIn(next: string | undefined, firstProblem: SignInProblem | undefined): SignInSteps {
  const router = useRouter()
  const queryClient = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState(firstProblem)
  const [known, setKnown] = useState<{ email: string; password: string }>()

  async function submit(form: FormData): Promise<void> {
    if (isBusy) return
    const credentials = known ?? { email: String(form.get('email')).trim(), password: String(form.get('password')) }
    setBusy(true)
    setProblem(undefined)
    try {
      const code = known === undefined ? {} : { code: String(form.get('code')).trim() }
      queryClient.setQueryData(sessionQuery.queryKey, await signIn({ ...credentials, ...code }))
      router.history.replace(next ?? '/')
    } catch (error) {
      const { status, code } = error instanceof ApiError ? error : { status: 0, code: 'no-answer' }
      const isFirstAsked = known === undefined && code === 'second-factor-required'
      if (!isFirstAsked) setProblem(signInProblem(status, code))
      setKnown(code === 'sign-in-refused' ? undefined : isFirstAsked ? credentials : known)
    } finally {
      setBusy(false)
    }
  }
  function startAgain(): void {
    setKnown(undefined)
    setProblem(undefined)
  }
  return { waitsForCode: known !== undefined, isBusy, problem, submit, startAgain }
}
