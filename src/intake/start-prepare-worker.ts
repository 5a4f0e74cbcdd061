import module from 'node:module'
import path from 'node:path'

/**
 * Starts the thread from compiled code kept beside the packages: reading and stripping the sources
 * again would take longer than reading a thousand receipts. Without a place to keep it, it does.
 */
module.enableCompileCache(path.join(import.meta.dirname, '../../node_modules/.cache/compiled'))
await import('./prepare-worker.ts')
