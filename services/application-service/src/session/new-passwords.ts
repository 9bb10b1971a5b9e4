import { hash } from '@node-rs/argon2'
import { ApiProblem } from '../http/problem.ts'

/** OWASP's parameters: 19 MiB, 2 passes, 1 lane. */
export const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The commonly used ones that are long enough, and what people make of them. */
const common =
  /^(?:(.)\1+|(.{1,6})\2+|(?:0?123456789?0?)+|qwertyuiop.*|(?:my)?(?:pass(?:word|wort)|welcome|letmein).{0,6})$/

/**
 * The argon2id hash of a password that somebody has chosen, whole and after NFKC.
 * @throws ApiProblem `password-too-common`, `request-invalid` if it is shorter than 12 or longer than 256 characters
 */
export async function hashNewPassword(text: string): Promise<string> {
  const password = text.normalize('NFKC')
  if (password.length < 12 || password.length > 256) {
    throw new ApiProblem('request-invalid', 'a password has 12 to 256 characters')
  }
  if (common.test(password.toLowerCase())) throw new ApiProblem('password-too-common')
  return hash(password, argon2id)
}
