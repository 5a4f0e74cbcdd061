import type { StaffRole } from '../person.ts'

interface RoleWords {
  readonly name: string
  /** What somebody of this role is there for. */
  readonly about: string
}

const WORDS: Readonly<Record<StaffRole, RoleWords>> = {
  loader: { name: 'Carga', about: 'Carga archivos de comprobantes y corrige sus filas.' },
  approver: { name: 'Aprobación', about: 'Revisa y publica lo que otra persona cargó.' },
  auditor: { name: 'Auditoría', about: 'Lee y descarga todo, y no cambia nada.' },
  administrator: {
    name: 'Administración',
    about: 'Da acceso a las personas del banco y cuida las reglas del portal.',
  },
}

export function roleWords(role: StaffRole): RoleWords {
  return WORDS[role]
}
