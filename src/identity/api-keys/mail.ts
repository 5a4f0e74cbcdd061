/** What whoever closed their access is told of the keys that they had made for programs. */
export function keysRevokedNotice(keys: string) {
  return {
    subject: 'Anulamos las claves de tus programas',
    headline:
      keys === '1'
        ? 'Anulamos la clave de tu programa'
        : `Anulamos las ${keys} claves de tus programas`,
    secret: null,
    lines: [
      'Avisaste que no fuiste tú, y cerramos tu acceso. Las claves que se crearon desde él ya no abren nada: quien entró pudo crearlas o copiarlas.',
      'Cuando recuperes tu acceso, crea claves nuevas para tus programas y ponlas en lugar de las anteriores.',
    ],
    action: null,
  }
}
