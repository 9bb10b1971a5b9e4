import { readConfiguration } from '@stellacontrol/runtime'
import { expect, test } from 'vitest'
import { applicationConfiguration, openIdOptions } from './configuration.ts'

const servers = { REDIS_QUEUE_URL: 'redis://127.0.0.1:1', REDIS_STATE_URL: 'redis://127.0.0.1:2' }
const provider = {
  STELLA_OIDC_ISSUER: 'https://login.example.org',
  STELLA_OIDC_CLIENT_ID: 'stella',
  STELLA_OIDC_CLIENT_SECRET: 'canary of the secret',
}
const optionsOf = (environment: Record<string, string>) =>
  openIdOptions(readConfiguration(applicationConfiguration, { ...servers, ...environment }))

test('a provider is set up with all of its three variables, or not at all', () => {
  expect(optionsOf({})).toBeUndefined()
  expect(optionsOf(provider)).toMatchObject({ issuer: 'https://login.example.org', name: 'single sign-on' })
  for (const name of Object.keys(provider)) {
    expect(() => optionsOf({ ...provider, [name]: '' })).toThrow(/STELLA_OIDC_CLIENT_SECRET are set together/)
  }
})

test('a provider without TLS is one of this machine', () => {
  const withIssuer = (issuer: string) => () => optionsOf({ ...provider, STELLA_OIDC_ISSUER: issuer })
  expect(withIssuer('http://127.0.0.1:8000')()?.issuer).toBe('http://127.0.0.1:8000')
  expect(withIssuer('http://login.example.org')).toThrow('STELLA_OIDC_ISSUER')
  expect(withIssuer('http://login.example.org')).not.toThrow('canary')
})

test('a key that is too short is refused without being shown', () => {
  expect(() => optionsOf({ STELLA_SECRET_KEY: 'short canary' })).toThrow('STELLA_SECRET_KEY')
  expect(() => optionsOf({ STELLA_SECRET_KEY: 'short canary' })).not.toThrow('canary')
})
