import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { CodedError, messageOf } from './coded-error.ts'
import type { Log } from './log.ts'
import { type RevocationList, readRevocationLists } from './revocation-list.ts'

/** Polling also sees what file events miss: network drives, and the links with which Kubernetes exchanges secrets. */
const pollMs = 1_000
const warnBeforeMs = 14 * 86_400_000
const dayMs = 86_400_000
/** With forward secrecy and authenticated only [RFC 9325, 4.2]; Node's own list still has CBC and the exchange by RSA. */
const ciphers = [
  ...['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
  ...['ECDHE+AESGCM', 'ECDHE+CHACHA20'],
].join(':')
/** How often the end of a revocation list is looked at. */
const endCheckMs = 10 * 60_000

/** PEM files. */
export interface CertificateFiles {
  certificate: string
  key: string
  /** Authorities of client certificates. */
  clientAuthority?: string | undefined
  /** Revocation lists of every one of those authorities. */
  revocationLists?: string | undefined
}

/** A server's certificate and key, kept up to date with their files. */
export interface Certificates extends AsyncDisposable {
  /** What the files hold now. */
  readonly context: SecureContextOptions
  /** Serial numbers that stand in the revocation lists. */
  readonly revoked: ReadonlySet<string>
  /** Called with what the files hold after every change that can be used. */
  onChange(listener: (context: SecureContextOptions) => void): void
}

/**
 * Opens the certificate of a server. On SIGHUP and when a file changes it is read again; what cannot be used then is logged, and
 * the old one stays.
 * @throws CodedError `certificate-unreadable`, `certificate-invalid`
 */
export function openCertificates(files: CertificateFiles, log: Log): Certificates {
  const listeners: ((context: SecureContextOptions) => void)[] = []
  const paths = Object.values(files).filter((path) => path !== undefined)
  let read = readFiles(files, log)
  const reload = () => {
    try {
      read = readFiles(files, log)
      for (const listener of listeners) listener(read.context)
      log.info({ certificate: files.certificate }, 'certificate.loaded')
    } catch (error) {
      log.error({ certificate: files.certificate, error: messageOf(error) }, 'certificate.not-loaded')
    }
  }
  for (const path of paths) watchFile(path, { interval: pollMs, persistent: false }, reload)
  process.on('SIGHUP', reload)
  const endCheck = setInterval(() => sayEnds(files, read.lists, log), endCheckMs).unref()
  return {
    get context() {
      return read.context
    },
    get revoked() {
      return read.revoked
    },
    onChange: (listener) => void listeners.push(listener),
    async [Symbol.asyncDispose]() {
      clearInterval(endCheck)
      process.off('SIGHUP', reload)
      for (const path of paths) unwatchFile(path, reload)
    },
  }
}

function readFiles(files: CertificateFiles, log: Log) {
  const { revocationLists: path } = files
  const lists = path === undefined ? [] : listsIn(path)
  const context = readCertificates(files, lists, log)
  sayEnds(files, lists, log)
  return { context, lists, revoked: new Set(lists.flatMap(({ serialNumbers }) => serialNumbers)) }
}

function listsIn(path: string): RevocationList[] {
  try {
    return readRevocationLists(readText(path))
  } catch (error) {
    if (error instanceof CodedError && error.code === 'certificate-unreadable') throw error
    throw new CodedError('certificate-invalid', `${path}: ${messageOf(error)}`, { cause: error })
  }
}

/** A list that has ended shuts out everybody with a certificate of its authority: nobody shall have to find out why. */
function sayEnds({ revocationLists: file }: CertificateFiles, lists: readonly RevocationList[], log: Log): void {
  for (const { endsAt } of lists) {
    if (endsAt === undefined || endsAt - Date.now() > dayMs) continue
    if (endsAt > Date.now()) log.warn({ file, endsAt }, 'revocation-list.ends-soon')
    else log.error({ file, endsAt, effect: 'client certificates are refused' }, 'revocation-list.ended')
  }
}

function readCertificates(files: CertificateFiles, lists: readonly RevocationList[], log: Log): SecureContextOptions {
  const cert = readText(files.certificate)
  const key = readText(files.key)
  const ca = files.clientAuthority === undefined ? undefined : readText(files.clientAuthority)
  try {
    const leaf = new X509Certificate(cert)
    if (!leaf.checkPrivateKey(createPrivateKey(key))) {
      throw new CodedError('certificate-invalid', `${files.key} is not the key of ${files.certificate}`)
    }
    // A session that is resumed skips the check of the client's chain: who shows a certificate is checked every time.
    const context: SecureContextOptions = {
      cert,
      key,
      minVersion: 'TLSv1.2',
      ciphers,
      ...(ca === undefined ? {} : { ca, secureOptions: constants.SSL_OP_NO_TICKET }),
      // One string with several lists would be read as far as the end of the first.
      ...(lists.length === 0 ? {} : { crl: lists.map(({ pem }) => pem) }),
    }
    createSecureContext(context)
    const endsAt = Date.parse(leaf.validTo)
    if (endsAt - Date.now() < warnBeforeMs)
      log.warn({ certificate: files.certificate, endsAt }, 'certificate.ends-soon')
    return context
  } catch (error) {
    if (error instanceof CodedError) throw error
    const names = Object.values(files).join(', ')
    throw new CodedError('certificate-invalid', `no certificate and key in ${names}: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CodedError('certificate-unreadable', `${path} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}
