import { reports } from '#fixtures/outbox/reports.ts'
import { totpCode } from '#src/identity/staff/factor/totp.ts'
import {
  invite,
  mailedPassword,
  PASSWORD,
  secretOn,
  typeIn,
} from '#tests/identity/staff/support.ts'
import {
  addPerson,
  lastCode,
  lastLink,
  MARIA,
  PEDRO,
  STRANGER,
  signIn,
} from '#tests/identity/support.ts'
import { handIn, messageIdNamed } from '#tests/outbox/bounces/support.ts'
import type { Browser } from '#tests/support/portal.ts'
import type { Deeds, Line, World } from './deed.ts'
import { auditor, maria, told } from './deed.ts'

const DIANA = {
  number: STRANGER,
  name: 'Diana Loor',
  email: 'diana@correo.example',
  password: 'Tucan de la ribera',
}

/** Half of the way in, between two deeds. */
const browsers = new WeakMap<World, Map<string, Browser>>()

function browserOf(world: World, name: string): Browser {
  const mine = browsers.get(world) ?? new Map<string, Browser>()
  browsers.set(world, mine)
  const browser = mine.get(name) ?? world.portal.browser({ address: '198.51.100.9' })
  mine.set(name, browser)
  return browser
}

/** Diana, and Hugo of the bank, who have no access before. */
const LOGIN = /^login:\d+$/
const newcomer =
  (action: Line['action'], subject = LOGIN) =>
  (): Line => {
    return { actor: LOGIN, action, subject }
  }

/** What somebody does who has not signed in yet. */
export const visitorDeeds: Deeds = {
  'POST /ingresar': {
    act: (w) => signIn(browserOf(w, 'maria'), MARIA.number, MARIA.password),
    leaves: told(maria, 'login.signed-in'),
  },
  'POST /sesion/seguir': {
    act: (w) => browserOf(w, 'maria').post('/sesion/seguir'),
    leaves: 'says only that somebody is still there',
  },
  'POST /salir': {
    act: (w) => browserOf(w, 'maria').post('/salir'),
    leaves: told(maria, 'session.ended'),
  },
  'POST /primer-ingreso': {
    before: async (w) => {
      await addPerson(w.portal, DIANA)
      await signIn(browserOf(w, 'diana'), DIANA.number, DIANA.number)
    },
    act: (w) => {
      const form = { nueva: DIANA.password, correo: DIANA.email }
      return browserOf(w, 'diana').post('/primer-ingreso', form)
    },
    leaves: 'changes nothing before the code; signing in with the number left first-login.started',
  },
  'POST /codigo/reenviar': {
    act: async (w) => {
      w.portal.clock.advance({ minutes: 2 })
      return browserOf(w, 'diana').post('/codigo/reenviar')
    },
    leaves: 'sends the same question once more',
  },
  'POST /codigo': {
    act: async (w) =>
      browserOf(w, 'diana').post('/codigo', { codigo: await lastCode(w.portal, 'email-code') }),
    leaves: newcomer('first-login.completed', /^party:\d+$/),
  },
  'POST /recuperar': {
    act: (w) => w.portal.browser().post('/recuperar', { usuario: DIANA.number }),
    leaves: () => ({ actor: 'anonymous', action: 'recovery.asked', subject: LOGIN }),
  },
  'POST /desbloquear/:token': {
    act: async (w) => {
      const browser = browserOf(w, 'pedro')
      for (let at = 0; at < 3; at += 1) await signIn(browser, PEDRO.number, 'No es esta')
      return browser.post(await lastLink(w.portal, 'unlock'))
    },
    leaves: (w) => {
      return { actor: 'unlock link', action: 'login.unlocked', subject: `login:${w.pedro.loginId}` }
    },
  },
  'POST /no-fui-yo/:token': {
    act: async (w) => {
      const diana = browserOf(w, 'diana')
      const form = { actual: DIANA.password, nueva: 'Tucan de la otra ribera' }
      await diana.post('/perfil/contrasena', form)
      return w.portal.browser().post(await lastLink(w.portal, 'password-changed'))
    },
    leaves: () => ({ actor: 'freeze link', action: 'login.frozen', subject: LOGIN }),
  },
  'POST /api/v1/rebotes': {
    act: async (w) => {
      const mail = await w.portal.db
        .selectFrom('mail')
        .select(['id', 'to_address'])
        .where('to_address', '=', PEDRO.email)
        .limit(1)
        .executeTakeFirstOrThrow()
      const messageId = messageIdNamed(w.portal, mail.id)
      return handIn(w.portal, reports.postfix({ messageId, address: mail.to_address }))
    },
    leaves: 'nobody does it: what a mail server said is kept with the mail that it is about',
  },
  'POST /interno/ingresar': {
    before: (w) => invite(w.portal, 'hugo', 'auditor'),
    act: async (w) => typeIn(browserOf(w, 'hugo'), 'hugo', await mailedPassword(w.portal)),
    leaves: newcomer('recovery.used'),
  },
  'POST /interno/contrasena': {
    act: (w) => browserOf(w, 'hugo').post('/interno/contrasena', { nueva: PASSWORD }),
    leaves: newcomer('password.chosen'),
  },
  'POST /interno/segundo-factor': {
    act: async (w) => {
      const browser = browserOf(w, 'hugo')
      const secret = secretOn(await browser.get('/interno/segundo-factor'))
      const codigo = totpCode(secret, w.portal.clock.now())
      return browser.post('/interno/segundo-factor', { codigo })
    },
    leaves: newcomer('second-factor.enrolled'),
  },
  'POST /interno/codigo': {
    act: async (w) => {
      const browser = browserOf(w, 'rita')
      const { user, secret } = w.staff.auditor
      await typeIn(browser, user, PASSWORD)
      w.portal.clock.advance({ seconds: 30 })
      return browser.post('/interno/codigo', { codigo: totpCode(secret, w.portal.clock.now()) })
    },
    leaves: told(auditor, 'login.signed-in'),
  },
}
