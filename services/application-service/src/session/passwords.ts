import { verify } from '@node-rs/argon2'
import { ApiProblem } from '../http/problem.ts'

/** Each verification takes 19 MiB and about 70 ms of one core; more than this at a time would starve everything else. */
const maximumAtOnce = 2
const maximumWaiting = 50

/**
 * An argon2id hash of a password that nobody knows (OWASP's parameters: 19 MiB, 2 passes, 1 lane). Verifying against it takes
 * as long as against a real one, so that the time of an answer does not tell whether an account exists.
 */
const hashOfNobody = '$argon2id$v=19$m=19456,t=2,p=1$4raJRdLYs2cWruZzB2uLBQ$vWyH6oNSZEpkgMKRGR6Wltmt4QIOdtyAt6xZ7WP9QVo'

let running = 0
const waiting: (() => void)[] = []

/**
 * Compares a password with a stored hash; with no hash it takes the same time and is false.
 * @throws ApiProblem `overloaded` when too many comparisons wait
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  if (running >= maximumAtOnce) {
    if (waiting.length >= maximumWaiting) throw new ApiProblem('overloaded')
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running++
  try {
    const isRight = await verify(passwordHash ?? hashOfNobody, password)
    return isRight && passwordHash !== undefined
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}
