import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, type FieldProblems } from '../api/http.ts'
import { sessionQuery } from '../api/session.ts'
import { problemWords } from './problem-words.ts'
import { ProofCancelled, useProof } from './proof.tsx'

const none: FieldProblems = []

export interface Submission {
  isBusy: boolean
  /** What to tell the reader; undefined while nothing is wrong. */
  problem: string | undefined
  /** The fields that the service found wrong. */
  fields: FieldProblems
  /** Runs it, asks for a proof of identity where the service wants one, and says whether it worked. One at a time. */
  submit: (action: () => Promise<unknown>) => Promise<boolean>
}

/** Everything around a request that changes something: busy, refused, signed out meanwhile, to be proven again. */
export function useSubmit(): Submission {
  const queryClient = useQueryClient()
  const prove = useProof()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [fields, setFields] = useState<FieldProblems>(none)
  async function submit(action: () => Promise<unknown>): Promise<boolean> {
    if (isBusy) return false
    setBusy(true)
    setProblem(undefined)
    setFields(none)
    try {
      await prove(action)
      return true
    } catch (error) {
      if (error instanceof ProofCancelled) return false
      setProblem(problemWords(error))
      if (error instanceof ApiError) setFields(error.fields)
      // Perhaps the session has ended: then the sign-in comes.
      if (error instanceof ApiError && error.code === 'not-signed-in')
        void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      return false
    } finally {
      setBusy(false)
    }
  }
  return { isBusy, problem, fields, submit }
}
