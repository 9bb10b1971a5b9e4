import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * What a gateway of Twilio's shape signs a callback with: HMAC-SHA1, keyed with the account's token, over the address and then
 * each form field's name and value, by name [Twilio, "Validating requests"]. Pure.
 */
export function smsSignature(token: string, address: string, fields: Readonly<Record<string, string>>): string {
  const words = Object.keys(fields)
    .sort()
    .map((name) => `${name}${fields[name]}`)
  return createHmac('sha1', token)
    .update(address + words.join(''))
    .digest('base64')
}

/** Compares in constant time. */
export function isSigned(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
