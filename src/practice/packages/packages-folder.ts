import path from 'node:path'

/** Where packages lie on the disk. Web processes and workers have to see the same folder. */
export function packagesFolder(dataDir: string): string {
  return path.join(dataDir, 'packages')
}
