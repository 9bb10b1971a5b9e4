import {
  accountChangeSchema,
  accountSchema,
  ownSessionListSchema,
  passwordChangeSchema,
  proofSchema,
  recoveryCodesSchema,
  secondFactorConfirmationSchema,
  secondFactorSetUpSchema,
} from '@stellacontrol/protocol'
import { done, type MadeUpAnswer, ok, problem, provenMs, type SignedIn } from './made-up-answer.ts'

export function answerAccount({ method, body, person }: SignedIn, path: string): MadeUpAnswer {
  const account = () =>
    ok(
      accountSchema.parse({
        email: person.email,
        name: person.name,
        hasPassword: true,
        secondFactor: { enabled: person.hasSecondFactor, recoveryCodesLeft: person.hasSecondFactor ? 10 : 0 },
        provenUntil: null,
      }),
    )
  if (path === '' && method === 'GET') return account()
  if (path === '') {
    person.name = accountChangeSchema.parse(body).name
    return account()
  }
  if (path === 'proof') {
    if (proofSchema.parse(body).password !== person.password) return problem(401, 'sign-in-refused')
    person.provenUntil = Date.now() + provenMs
    return done
  }
  if (path === 'sessions' && method === 'GET') return ok(ownSessionListSchema.parse({ items: madeUpSessions }))
  if (path.startsWith('sessions')) return done
  if (person.provenUntil < Date.now()) return problem(403, 'proof-required')
  if (path === 'password') {
    person.password = passwordChangeSchema.parse(body).password
    return done
  }
  if (path === 'second-factor/confirm') {
    if (secondFactorConfirmationSchema.parse(body).code !== '123456') return problem(401, 'sign-in-refused')
    person.hasSecondFactor = true
    return ok(recoveryCodesSchema.parse({ codes: Array.from({ length: 10 }, (_, index) => `made-up-${index}`) }))
  }
  person.hasSecondFactor = false
  if (method === 'DELETE') return done
  const uri = `otpauth://totp/StellaControl:${person.email}?secret=JBSWY3DPEHPK3PXP&issuer=StellaControl`
  return ok(secondFactorSetUpSchema.parse({ secret: 'JBSWY3DPEHPK3PXP', uri }))
}

const madeUpSessions = [
  {
    id: 'a',
    isThisOne: true,
    createdAt: '2026-11-23T08:00:00.000Z',
    lastUsedAt: '2026-11-23T12:00:00.000Z',
    address: '203.0.113.7',
    agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  },
  {
    id: 'b',
    isThisOne: false,
    createdAt: '2026-11-20T08:00:00.000Z',
    lastUsedAt: '2026-11-22T12:00:00.000Z',
    address: '198.51.100.4',
    agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1',
  },
]
