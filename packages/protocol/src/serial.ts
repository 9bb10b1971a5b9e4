/**
 * A device's serial number is its one name everywhere: MQTT username, client id, topic level, Redis key, API path.
 * Upper-case letters, digits and inner hyphens, 4 to 32 characters; nothing that MQTT, Redis or a URL gives a meaning to.
 */
const serialPattern = /^[A-Z0-9][A-Z0-9-]{2,30}[A-Z0-9]$/

export function isSerial(value: string): boolean {
  return serialPattern.test(value)
}
