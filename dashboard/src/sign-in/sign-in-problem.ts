export interface SignInProblem {
  words: string
  /** The field to mark; undefined if none is to blame. */
  field: 'password' | 'code' | undefined
}

/** What to tell somebody whose way through the provider ended at `/sign-in?problem=…`. */
const providerWords: Record<string, string> = {
  'openid-refused': 'The provider did not confirm who you are, or it took too long. Try again.',
  'openid-no-account': 'You have no account here yet. Ask your administrator to invite you.',
  'openid-unavailable': 'The provider did not answer. Try again in a moment.',
  'sign-in-refused': 'Your account was changed just now. Try again.',
}

/** What to tell somebody who could not sign in. `status` is the HTTP status, 0 if nothing answered; `code` that of the problem. */
export function signInProblem(status: number, code: string): SignInProblem {
  if (code === 'second-factor-required') {
    return { words: 'The code is not right, or was used before. Wait for the next one.', field: 'code' }
  }
  if (status === 400 || status === 401 || status === 422) {
    return { words: 'E-mail or password is not right. Check both and try again.', field: 'password' }
  }
  if (status === 429) return { words: 'Too many attempts. Wait a minute, then try again.', field: undefined }
  if (status === 0) {
    return { words: 'The service did not answer. Check your network, then try again.', field: undefined }
  }
  return { words: 'The service could not sign you in just now. Try again in a moment.', field: undefined }
}

/** The same for who came back from the provider; undefined if nothing went wrong there. */
export function providerProblem(code: string | undefined): SignInProblem | undefined {
  if (code === undefined) return undefined
  const words = providerWords[code] ?? 'The service could not sign you in just now. Try again in a moment.'
  return { words, field: undefined }
}
