/** What a form that makes a firm or somebody of it known says. */
export const firmProblems = {
  ruc: 'Ese no es un RUC: son 13 dígitos que terminan en 001.',
  known: 'Ya hay una firma con ese RUC.',
  name: 'Escribe el nombre de la firma, hasta 120 letras.',
  person: 'Escribe el nombre y el apellido, hasta 120 letras.',
  username: 'El usuario tiene de 5 a 15 letras, sin números, tildes ni espacios.',
  email: 'Revisa el correo: debe verse como nombre@correo.ec.',
  taken: 'Ese usuario ya existe. Escribe otro.',
} as const

/** What the form that gives a firm access says. */
export const grantProblems = {
  ruc: 'Ese no es un RUC: son 13 dígitos que terminan en 001.',
  unknown:
    'No conocemos una firma con ese RUC. Pídele que se registre en el banco y vuelve a intentar.',
  recipient: 'Elige una de tus identificaciones.',
  kinds: 'Elige al menos un tipo de comprobante.',
  day: 'Esa fecha no existe. Escríbela así: 16/11/2026.',
  range: 'La fecha final no puede ser anterior a la inicial.',
  past: 'El acceso tiene que terminar hoy o después.',
  far: 'El acceso puede durar hasta 2 años; después lo renuevas.',
} as const

export const requestProblems = {
  number: 'Escribe una cédula de 10 dígitos o un RUC de 13.',
  reason: 'Escribe para qué lo necesitas: la persona lo leerá. Entre 10 y 200 letras.',
  tooMany: 'Tu firma pidió muchos accesos hoy. Vuelve a intentar mañana.',
} as const

/** The same whether or not the number is a customer's. */
export const REQUESTED =
  'Enviamos tu pedido. Si ese número es de un cliente del banco, podrá aprobarlo en su portal.'
