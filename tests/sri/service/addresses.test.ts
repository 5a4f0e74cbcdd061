import { expect, it } from 'vitest'
import { readConfig } from '#src/config.ts'
import { sriAddress } from '#src/sri/service/addresses.ts'

it('goes to the host of the environment, and to the simulator where it is told to be', () => {
  const of = (environment: Record<string, string>) => {
    const reading = readConfig({
      SESSION_SECRET: 's'.repeat(32),
      ENCRYPTION_KEY: 'ab'.repeat(32),
      SMTP_URL: 'smtp://127.0.0.1:25',
      MAIL_FROM: 'avisos@bancoceibo.example',
      ...environment,
    })
    if (!reading.ok) throw new Error(reading.problems.join())
    return sriAddress(reading.config.sriService, reading.config.sriSimulatorUrl)
  }
  expect(of({})).toBe('http://127.0.0.1:3080/comprobantes-electronicos-ws')
  expect(of({ SRI_SIMULATOR_URL: 'http://sri.example:80' })).toBe(
    'http://sri.example/comprobantes-electronicos-ws',
  )
  expect(of({ SRI_SERVICE: 'test' })).toBe('https://celcer.sri.gob.ec/comprobantes-electronicos-ws')
  expect(of({ SRI_SERVICE: 'production' })).toBe(
    'https://cel.sri.gob.ec/comprobantes-electronicos-ws',
  )
})
