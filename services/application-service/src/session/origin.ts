const unsafeMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * True unless a page of another origin is behind the request [OWASP ASVS 5.0, 4.4.2 and 3.5]. Browsers send `Origin` with
 * every unsafe method and every WebSocket handshake; programs that are no browsers send none and hold no stray cookies.
 * `publicOrigin` is the address people use where a proxy stands in front.
 */
export function isOwnOrigin(
  headers: { origin?: string | undefined; host?: string | undefined; 'sec-fetch-site'?: string | string[] | undefined },
  publicOrigin: string | undefined,
): boolean {
  const { origin, host } = headers
  if (origin === undefined) {
    const site = headers['sec-fetch-site']
    return site === undefined || site === 'same-origin' || site === 'none'
  }
  if (origin === publicOrigin) return true
  if (!URL.canParse(origin) || host === undefined) return false
  return new URL(origin).host === host.toLowerCase()
}

/** True if the request may change something, or opens a live connection: its origin must then be ours. */
export function needsOwnOrigin(method: string, isUpgrade: boolean): boolean {
  return isUpgrade || unsafeMethods.has(method)
}
