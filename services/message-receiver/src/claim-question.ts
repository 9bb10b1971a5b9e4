import { z } from 'zod'

/** What a device asks in its claim identity. */
export type ClaimQuestion =
  | { kind: 'state' }
  | { kind: 'window'; codeSha256: Buffer; seconds: number }
  | { kind: 'invalid' }

const longestWindowSeconds = 900
const windowSchema = z.strictObject({
  codeHash: z.string().regex(/^[0-9a-f]{64}$/i),
  seconds: z.number().int().min(1).max(longestWindowSeconds),
})

/** Reads the content of a publish to `up/claim`: docs/protocol.md. Pure. */
export function readClaimQuestion(content: Buffer): ClaimQuestion {
  if (content.length === 0) return { kind: 'state' }
  const wish = windowSchema.safeParse(jsonIn(content))
  if (!wish.success) return { kind: 'invalid' }
  return { kind: 'window', codeSha256: Buffer.from(wish.data.codeHash, 'hex'), seconds: wish.data.seconds }
}

function jsonIn(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString())
  } catch {
    return undefined
  }
}
