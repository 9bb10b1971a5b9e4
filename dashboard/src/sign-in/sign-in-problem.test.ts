import { expect, it } from 'vitest'
import { providerProblem, signInProblem } from './sign-in-problem.ts'
import { parseSignInSearch } from './sign-in-search.ts'

it('a wrong password marks the field, a service that is away does not', () => {
  expect(signInProblem(401, 'sign-in-refused').field).toBe('password')
  expect(signInProblem(0, 'no-answer').field).toBeUndefined()
  expect(signInProblem(0, 'no-answer').words).toContain('did not answer')
  expect(signInProblem(429, 'too-many-attempts').words).toContain('Wait')
})

it('a wrong code marks its own field', () => {
  expect(signInProblem(401, 'second-factor-required').field).toBe('code')
})

it('who comes back from the provider without an account is told whom to ask, and a code from the address is never shown', () => {
  expect(providerProblem(undefined)).toBeUndefined()
  expect(providerProblem('openid-no-account')?.words).toContain('administrator')
  expect(providerProblem('<b>anything</b>')?.words).not.toContain('anything')
  expect(parseSignInSearch({ next: '//evil.example', problem: 7 })).toEqual({ next: undefined, problem: undefined })
})
