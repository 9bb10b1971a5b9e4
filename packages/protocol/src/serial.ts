/**
 * A device's serial number is its one name everywhere: MQTT username, client id, topic level, Redis key, API path.
 * Upper-case letters, digits and inner hyphens, 4 to 32 characters; nothing that MQTT, Redis or a URL gives a meaning to.
 */
const serialPattern = /^[A-Z0-9][A-Z0-9-]{2,30}[A-Z0-9]$/

export function isSerial(value: string): boolean {
  return serialPattern.test(value)
}

const claimPrefix = 'claim:'

/** The MQTT client id and user name under which a device is provisioned: `claim:<serial>`. */
export function claimIdentity(serial: string): string {
  return `${claimPrefix}${serial}`
}

/** Whose device an MQTT client id means, and whether in its narrow claim identity; undefined if it is neither. */
export function parseIdentity(clientId: string): { serial: string; isClaim: boolean } | undefined {
  const isClaim = clientId.startsWith(claimPrefix)
  const serial = isClaim ? clientId.slice(claimPrefix.length) : clientId
  return isSerial(serial) ? { serial, isClaim } : undefined
}
