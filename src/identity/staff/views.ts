import type { Problems } from '../../web/forms.ts'
import { view } from '../../web/pages/view.ts'
import type { SignInForm } from '../sign-in/sign-in-form.ts'
import type { SessionOnScreen } from '../views.ts'
import type { Passkey } from './factor/passkey-store.ts'
import type { QrDrawing } from './factor/qr.ts'

export const staffSignInPage = view<SignInForm & { origin: string }>('identity/staff/sign-in')

/** An app to be set up: the QR, the same secret in groups, and the field for its first code. */
interface AppPage {
  qr: QrDrawing
  /** In groups of four. */
  secret: string
  problem: string | null
}

export const enrolPage = view<AppPage>('identity/staff/enrol')
export const changeAppPage = view<AppPage>('identity/staff/change-app')

export const factorPage = view<{
  problem: string | null
  /** Whether this person has a passkey that works at this address. */
  passkey: boolean
}>('identity/staff/factor')

/** A change that asks for the password first. */
interface ConfirmPage {
  problems: Problems
}

export const startAppPage = view<ConfirmPage>('identity/staff/start-app')
export const codesPage = view<ConfirmPage & { codes: readonly string[] | null; left: number }>(
  'identity/staff/codes',
)

export const startPasskeyPage = view<ConfirmPage & { name: string; nameMax: number }>(
  'identity/staff/start-passkey',
)

/** `options` is JSON, for `navigator.credentials.create`. */
export const newPasskeyPage = view<{ name: string; options: string }>('identity/staff/new-passkey')
export const dropPasskeyPage = view<ConfirmPage & { key: Passkey }>('identity/staff/drop-passkey')

export const staffProfilePage = view<{
  name: string
  username: string
  role: string
  roleAbout: string
  email: string
  passwordChangedAt: Date | null
  previousLoginAt: Date | null
  appSince: Date | null
  codesLeft: number
  passkeys: readonly Passkey[]
  /** False where the portal was reached by number. */
  passkeysWork: boolean
  sessions: readonly SessionOnScreen[]
}>('identity/staff/profile')

/** A kind of standing of somebody's access. */
export interface StandingOnScreen {
  kind: 'ok' | 'espera' | 'mal' | ''
  text: string
  until: Date | null
}

interface MemberOnScreen {
  id: number
  name: string
  username: string
  role: string
  standing: StandingOnScreen
  lastLoginAt: Date | null
  here: boolean
}

export const peoplePage = view<{ members: readonly MemberOnScreen[]; locked: number }>(
  'identity/staff/people',
)

interface RoleOption {
  value: string
  name: string
  about: string
}

export const newMemberPage = view<{
  values: Readonly<Record<'usuario' | 'nombre' | 'correo' | 'rol', string>>
  roles: readonly RoleOption[]
  problems: Problems
  hours: number
}>('identity/staff/new-member')

export const memberPage = view<{
  member: MemberOnScreen & {
    email: string
    roleValue: string
    roleAbout: string
    createdAt: Date
    disabled: boolean
    locked: boolean
    enrolled: boolean
  }
  roles: readonly RoleOption[]
}>('identity/staff/member')
