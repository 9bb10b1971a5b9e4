export interface SignInProblem {
  words: string
  /** The field to mark; undefined if none is to blame. */
  field: 'password' | undefined
}

/** What to tell somebody who could not sign in. `status` is the HTTP status, 0 if nothing answered. */
export function signInProblem(status: number): SignInProblem {
  if (status === 400 || status === 401 || status === 422) {
    return { words: 'E-mail or password is not right. Check both and try again.', field: 'password' }
  }
  if (status === 429) return { words: 'Too many attempts. Wait a minute, then try again.', field: undefined }
  if (status === 0) {
    return { words: 'The service did not answer. Check your network, then try again.', field: undefined }
  }
  return { words: 'The service could not sign you in just now. Try again in a moment.', field: undefined }
}
