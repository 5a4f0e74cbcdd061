/** Why an establishment or a point of emission is not kept so, and what to do instead. */
export const placeRefusals = {
  'bad-code': 'Los códigos tienen tres dígitos y no son 000.',
  'bad-address': 'La dirección debe tener de 1 a 300 caracteres, en una línea.',
  'no-establishment': 'Ese establecimiento no está registrado: regístralo primero.',
  'default-unused': 'Es el punto que se usa por defecto: elige otro antes de ponerlo fuera de uso.',
  unchanged: 'Ya estaba así: no cambiamos nada.',
} as const

export type PlaceRefusal = keyof typeof placeRefusals
