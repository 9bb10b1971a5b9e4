import { expect, it } from 'vitest'
import { signInProblem } from './sign-in-problem.ts'

it('a wrong password marks the field, a service that is away does not', () => {
  expect(signInProblem(401).field).toBe('password')
  expect(signInProblem(0).field).toBeUndefined()
  expect(signInProblem(0).words).toContain('did not answer')
  expect(signInProblem(429).words).toContain('Wait')
})
