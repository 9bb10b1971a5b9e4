import { ApiError } from '../api/http.ts'

/** What to tell somebody whose request was refused, by the stable code of the problem: what is wrong, then what to do. */
const words: Record<string, string> = {
  forbidden: 'Your role does not allow this. Ask an administrator of the organisation.',
  'no-answer': 'The service did not answer, so nothing was changed. Check your network, then try again.',
  'too-many-attempts': 'Too many attempts. Wait some minutes, then try again.',
  'claim-refused':
    'This serial and code do not work together. Check both on the label; after several wrong tries ask for a new code.',
  'link-invalid': 'This link has been used, has expired or is not complete. Ask for a new one.',
  'sign-in-refused': 'The password or the code is not right. Check it, then try again.',
  'proof-refused': 'The password or the code is not right. Check it, then try again.',
  'code-refused': 'The code is not right, or was used before. Wait for the next one.',
  'site-in-use': 'Boosters stand at this site → move them to another one first.',
  'name-taken': 'There is one of this name here already. Choose another name.',
  'last-administrator': 'This is the last administrator of the manufacturer → name another one first.',
  'second-factor-required': 'The code of your second factor is needed too.',
  'password-too-common': 'Many people use this password, so it is guessed first. Choose another one.',
  'database-unavailable': 'The registry cannot be reached just now; live values go on. Try again in a moment.',
}

export function problemWords(error: unknown): string {
  if (!(error instanceof ApiError)) return 'The page failed. Load it again, then try once more.'
  if (error.fields.length > 0) return 'This cannot be, so nothing was saved. See what is marked.'
  const known = words[error.code]
  if (known !== undefined) return known
  if (error.status >= 500) return 'The service could not do this just now. Try again in a moment.'
  return /[.?]$/.test(error.message) ? error.message : `${error.message}.`
}
