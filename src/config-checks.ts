import crypto from 'node:crypto'
import fs from 'node:fs'
import tls from 'node:tls'
import { parseSender } from './outbox/smtp/sender.ts'
import { findPolicy } from './policy/find-policy.ts'
import { isNetwork } from './values/network.ts'

/** What a pattern cannot tell of a value: whether it will serve when the portal comes to use it. */
export const SERVES: Readonly<Record<string, (value: string) => boolean>> = {
  PUBLIC_URL: (value) => URL.canParse(value),
  SRI_SIMULATOR_URL: (value) => URL.canParse(value),
  DATABASE_URL: (value) => value.startsWith('sqlite:') || URL.canParse(value),
  BANK_POLICY: isPolicy,
  SMTP_URL: isMailServer,
  MAIL_FROM: (value) => parseSender(value) !== null,
  TRUST_PROXY: (value) => splitList(value).every(isNetwork),
  SIGNATURE_AUTHORITIES: holdsCertificates,
  TLS_CERT: isReadable,
  TLS_KEY: isReadable,
}

/** `a, b,,c` → `['a', 'b', 'c']` */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
}

/** Whether certificate and key, PEM, belong together and can be served. */
export function isTlsPair(certFile: string, keyFile: string): boolean {
  try {
    tls.createSecureContext({ cert: fs.readFileSync(certFile), key: fs.readFileSync(keyFile) })
    return true
  } catch {
    return false
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates of a file, each as PEM. Throws when it cannot be read. */
export function readPems(file: string): string[] {
  return fs.readFileSync(file, 'latin1').match(PEM) ?? []
}

function holdsCertificates(file: string): boolean {
  try {
    return readPems(file).map((pem) => new crypto.X509Certificate(pem)).length > 0
  } catch {
    return false
  }
}

function isPolicy(name: string): boolean {
  try {
    findPolicy(name)
    return true
  } catch {
    return false
  }
}

function isMailServer(value: string): boolean {
  try {
    const { hostname, username, password } = new URL(value)
    decodeURIComponent(username + password)
    return hostname !== ''
  } catch {
    return false
  }
}

function isReadable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.R_OK)
    return fs.statSync(file).isFile()
  } catch {
    return false
  }
}
