import type { httpSriService } from './http-sri-service.ts'
import type { SriService } from './sri-service.ts'

/** The SRI over HTTP, opened with the first question: most processes never ask it anything. */
export function lateSriService(options: Parameters<typeof httpSriService>[0]): SriService {
  let opened: Promise<SriService> | undefined
  const open = () => {
    opened ??= import('./http-sri-service.ts').then((http) => http.httpSriService(options))
    return opened
  }
  return {
    send: async (signed) => (await open()).send(signed),
    authorization: async (accessKey) => (await open()).authorization(accessKey),
    consult: async (accessKey) => (await open()).consult(accessKey),
    close: async () => (await opened)?.close(),
  }
}
