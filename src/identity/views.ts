import type { Day } from '../values/day.ts'
import type { Problems } from '../web/forms.ts'
import type { Link } from '../web/pages/brand.ts'
import type { Theme } from '../web/pages/theme.ts'
import { view } from '../web/pages/view.ts'
import type { CodeOnScreen } from './codes/code-on-screen.ts'
import type { PasswordForm } from './passwords/password-form.ts'
import type { SignInForm } from './sign-in/sign-in-form.ts'

export const signInPage = view<SignInForm & { origin: string; safety: string }>('identity/sign-in')

interface FirstLoginPage extends PasswordForm {
  correo: string
  /** The code to the address on file was given, so the field is gone. */
  proven: boolean
  code: CodeOnScreen | null
  /** Whether the policy lets somebody in whose address the bank does not hold. */
  codeAlways: boolean
}

export const firstLoginPage = view<FirstLoginPage>('identity/first-login')

/** `next`: what follows, when that wants to be prepared for. */
export const newPasswordPage = view<PasswordForm & { action: string; next: string | null }>(
  'identity/new-password',
)

interface CodePage {
  /** As its owner typed it. */
  email: string
  length: number
  problem: string | null
  code: CodeOnScreen | null
}

export const codePage = view<CodePage>('identity/code')

export const recoverPage = view<{ usuario: string; problem: string | null }>('identity/recover')
export const recoverSentPage = view<{ hours: number; phone: string }>('identity/recover-sent')

/** Page of a mailed link: what its button does. */
export const linkPage = view<{
  action: string
  title: string
  text: string
  button: string
  danger: boolean
}>('identity/link')

/** A page that only says something and where to go on. */
export const messagePage = view<{
  icon: string
  title: string
  text: string
  action: { href: string; text: string }
}>('identity/message')

interface ProfilePage {
  name: string
  number: string
  email: string | null
  alerts: 'each' | 'daily' | 'off'
  digestHour: number
  theme: Theme
  shortcuts: boolean
  passwordChangedOn: Day | null
  previousLoginAt: Date | null
  sessions: readonly SessionOnScreen[]
  /** When the bank's people looked at this portal, and why. */
  views: readonly { reason: string; at: Date }[]
  /** False for an accountant, who has no receipts of their own here. */
  customer: boolean
}

/** One place where a person is signed in. */
export interface SessionOnScreen {
  id: string
  label: string
  address: string
  seenAt: Date
  here: boolean
}

interface DeviceOnScreen {
  id: number
  label: string
  firstSeenAt: Date
  seenAt: Date
  here: boolean
}

export const profilePage = view<ProfilePage>('identity/profile')
export const sessionsPage = view<{
  sessions: readonly SessionOnScreen[]
  devices: readonly DeviceOnScreen[]
}>('identity/sessions')

/** `profile`: the page it belongs to. */
export const passwordPage = view<PasswordForm & { email: string | null; profile: Link }>(
  'identity/change-password',
)

export const emailPage = view<{
  current: string | null
  correo: string
  problems: Problems
}>('identity/change-email')

export const emailCodePage = view<CodePage>('identity/change-email-code')
export const alertsPage =
  view<Pick<ProfilePage, 'alerts' | 'digestHour' | 'email'>>('identity/alerts')
export const appearancePage = view<Pick<ProfilePage, 'theme' | 'shortcuts'>>('identity/appearance')
