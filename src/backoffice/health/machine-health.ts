import { X509Certificate } from 'node:crypto'
import fs from 'node:fs/promises'
import type { Config } from '../../config.ts'
import type { Db } from '../../db/open.ts'
import type { WriteFailure } from '../../db/write-state.ts'
import { formatBytes } from '../../values/count.ts'
import { answerTime, storedBytes } from './health-store.ts'
import type { Reading } from './reading.ts'
import { expiryOf, toneBetween } from './reading.ts'

const ANSWER_LIMITS_MS = [50, 500] as const
/** Parts of the disk that are taken. */
const DISK_LIMITS = [0.85, 0.95] as const
/** Days left of a certificate: until somebody renews it, and until it is urgent. */
const RENEW_DAYS = 30
const URGENT_DAYS = 7

const WRITE_WORDS: Record<WriteFailure, string> = {
  'disk-full': 'No quedó espacio para la última escritura. Libera disco: el portal vuelve solo.',
  'read-only': 'La base está en modo de solo lectura. Revisa sus permisos o si cambió de servidor.',
  'disk-error': 'El disco falló al escribir. Revisa el disco y haz un respaldo en otro lugar.',
}

interface DatabaseChecks {
  database: () => Promise<boolean>
  writing: () => Promise<true | WriteFailure>
}

export async function databaseHealth(db: Db, checks: DatabaseChecks): Promise<Reading[]> {
  const milliseconds = await answerTime(db)
  const migrated = await checks.database()
  const writing = await checks.writing()
  return [
    {
      name: 'Respuesta de la base de datos',
      tone: toneBetween(milliseconds, ANSWER_LIMITS_MS),
      value: `${milliseconds < 1 ? 'Menos de 1' : Math.round(milliseconds)} ms`,
      advice:
        milliseconds < ANSWER_LIMITS_MS[0]
          ? ''
          : 'Responde despacio: mira qué más usa esa máquina.',
    },
    {
      name: 'Escritura',
      tone: writing === true ? 'ok' : 'mal',
      value: writing === true ? 'Se puede escribir' : 'No se puede escribir',
      advice: writing === true ? '' : WRITE_WORDS[writing],
    },
    {
      name: 'Migraciones',
      tone: migrated ? 'ok' : 'mal',
      value: migrated ? 'Todas hechas' : 'Faltan',
      advice: migrated ? '' : 'Ejecuta «npm run portal -- migrate» con esta versión del programa.',
    },
  ]
}

export async function diskHealth(db: Db, dataDir: string): Promise<Reading[]> {
  const { bavail, blocks, bsize } = await fs.statfs(dataDir)
  const { database, lots } = await storedBytes(db)
  const tone = toneBetween(1 - bavail / blocks, DISK_LIMITS)
  const size = (name: string, bytes: number): Reading => {
    return { name, tone: '', value: formatBytes(bytes), advice: '' }
  }
  return [
    {
      name: 'Disco de los datos',
      tone,
      value: `${formatBytes(bavail * bsize)} libres de ${formatBytes(blocks * bsize)}`,
      advice:
        tone === 'ok' ? '' : 'Libera espacio o amplía el disco antes de la próxima carga grande.',
    },
    size('Base de datos', database),
    size('Archivos de los lotes', lots),
  ]
}

/** Of the certificate that browsers see, when it is this portal that shows it. */
export async function tlsHealth(
  { tls, publicUrl }: Pick<Config, 'tls' | 'publicUrl'>,
  now: Date,
): Promise<Reading> {
  const name = 'Certificado del sitio'
  if (tls === null && publicUrl.startsWith('http:')) {
    return {
      name,
      tone: '',
      value: 'Sin TLS',
      advice: 'El portal atiende solo a su propia máquina.',
    }
  }
  if (tls === null) {
    return { name, tone: '', value: 'Lo pone el proxy', advice: 'Su vencimiento se mira ahí.' }
  }
  const certificate = new X509Certificate(await fs.readFile(tls.certFile))
  const { days, words } = expiryOf(new Date(certificate.validTo), now)
  if (days < 0) {
    return {
      name,
      tone: 'mal',
      value: words,
      advice: 'Los navegadores rechazan el sitio: instala otro en TLS_CERT y reinicia.',
    }
  }
  const tone = days < URGENT_DAYS ? 'mal' : days < RENEW_DAYS ? 'espera' : 'ok'
  return {
    name,
    tone,
    value: words,
    advice: tone === 'ok' ? '' : 'Renuévalo, reemplaza TLS_CERT y TLS_KEY, y reinicia el portal.',
  }
}
