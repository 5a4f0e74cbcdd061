import { switchTable } from './switches.ts'

/** Where it listens unless told. */
export const PORT = 3080
/** What its store is called in the folder that it is given. */
export const FILE = 'sri-simulator.db'

const switchLines = Object.entries(switchTable).map(
  ([name, { says, takes }]) => `  ${name.padEnd(18)} ${says}: ${takes}\n`,
)

export const simulatorHelp = `Un SRI de mentira para ensayar: recibe, autoriza, rechaza y falla como se le pida.

Uso: npm run portal -- sri-simulator [--port N] [--data CARPETA] [--switch NOMBRE=VALOR]…

  --port N                 dónde escucha, solo en esta máquina; ${PORT} si no se dice
  --data CARPETA           guarda lo recibido en ${FILE} de esa carpeta; sin ella, en memoria
  --switch NOMBRE=VALOR    empieza con ese conmutador puesto; se puede repetir
  --help                   muestra esta ayuda

Conmutadores, que también se cambian en su página y con POST /conmutadores:
${switchLines.join('')}
No necesita ENCRYPTION_KEY ni toca los datos del portal. Termina con Ctrl+C.
`
