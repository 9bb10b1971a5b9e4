import { hash, verify } from '@node-rs/argon2'
import { ApiProblem } from '../http/problem.ts'
import { argon2id } from './new-passwords.ts'

/** What every hash begins with that has today's parameters: argon2id, 19 MiB, 2 passes, 1 lane [OWASP]. */
const currentPrefix = '$argon2id$v=19$m=19456,t=2,p=1$'

/** True if the hash was made with other parameters than today's: it is made anew when its password is known. */
export function isOutdated(passwordHash: string): boolean {
  return !passwordHash.startsWith(currentPrefix)
}

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
export function verifyPassword(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  return inTurn(async () => {
    const isRight = await verify(passwordHash ?? hashOfNobody, password.normalize('NFKC'))
    return isRight && passwordHash !== undefined && passwordHash !== null
  })
}

/** Hashes a password anew that was accepted before, with today's parameters. @throws ApiProblem `overloaded` */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password.normalize('NFKC'), argon2id))
}

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= maximumAtOnce) {
    if (waiting.length >= maximumWaiting) throw new ApiProblem('overloaded')
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}
