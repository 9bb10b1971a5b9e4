import { ApiProblem } from '../http/problem.ts'
import { hashPassword } from './passwords.ts'

/** OWASP's parameters of argon2id: 19 MiB, two passes, one lane. */
export const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const minimumCharacters = 12
const maximumCharacters = 256
/** What people append to a common password so that a form takes it: "password2026!!". */
const decoration = /[\d\W_]{0,6}$/u
/** One short piece over and over: "aaaaaaaaaaaa", "123123123123". */
const repeated = /^(.{1,8}?)\1+$/su

/**
 * The hash to keep for a password that somebody chose: argon2id over its NFKC form, nothing cut off [NIST SP 800-63B, 5.1.1.2].
 * @throws ApiProblem `password-too-common`, `request-invalid` when it is too short or too long, `overloaded`
 */
export async function hashNewPassword(text: string): Promise<string> {
  const password = text.normalize('NFKC')
  const length = [...password].length
  if (length < minimumCharacters || length > maximumCharacters) {
    const detail = `the password has to have ${minimumCharacters} to ${maximumCharacters} characters`
    throw new ApiProblem('request-invalid', detail)
  }
  if (isCommon(password, await commonPasswords())) throw new ApiProblem('password-too-common')
  return hashPassword(password)
}

/** True for a commonly used password, also decorated or repeated. Pure. */
function isCommon(password: string, common: ReadonlySet<string>): boolean {
  const lower = password.toLowerCase()
  return repeated.test(lower) || common.has(lower) || common.has(lower.replace(decoration, ''))
}

let known: Promise<ReadonlySet<string>> | undefined

/** Loaded when the first password is chosen: 49,000 words that most processes never need. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  known ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']))
  return known
}
