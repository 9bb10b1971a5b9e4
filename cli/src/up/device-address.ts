import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where devices of this machine connect to, and the PEM file of who vouches for the server, if Node does not know them. */
export interface DeviceAddress {
  url: string
  authority?: string
}

/** Over TLS only where nothing else is open; the certificate must then name localhost. */
export function deviceAddressOf(facts: {
  brokerUrl: string | undefined
  port: string | number | undefined
  tlsPort: string | number | undefined
  dataFolder: string
}): DeviceAddress {
  const { brokerUrl, port, tlsPort, dataFolder } = facts
  if (brokerUrl !== undefined) return { url: brokerUrl }
  if (port !== undefined && port !== 'none') return { url: `mqtt://127.0.0.1:${port}` }
  const authority = join(dataFolder, 'certificates', 'authority.pem')
  return { url: `mqtts://localhost:${tlsPort ?? 8883}`, ...(existsSync(authority) ? { authority } : {}) }
}
