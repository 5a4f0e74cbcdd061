export const issuerHelp = `Muestra o cambia quién emite, en qué puntos y con qué número sigue cada serie.

Uso: npm run portal -- issuer [set | establishment | point | next] [OPCIONES] [--json]

issuer                 muestra los emisores, sus puntos y los números que siguen

issuer set --ruc RUC   registra al emisor, o cambia de él lo que se diga y nada más:
  --name NOMBRE --address DIRECCIÓN --trade-name NOMBRE
  --environment test|production   --algorithm rsa-sha1|rsa-sha256
  --keeps-accounts yes|no         --rimpe entrepreneur|popular
  --special-taxpayer N  --withholding-agent N  --large-taxpayer TEXTO  --provider-ruc RUC
  un valor vacío ('') quita el que había

issuer establishment --code 001 --address DIRECCIÓN
issuer point --place 001-002 [--active yes|no] [--default]
issuer next --place 001-002 --kind factura --number N [--skip]
  --kind  factura, liquidacion, nota-credito, nota-debito, guia o retencion
  --skip  acepta que queden números sin usar

  --ruc   de qué emisor, cuando hay varios
  --json  imprime solo un objeto JSON con el resultado
  --help  muestra esta ayuda

Nunca sigue un número que ya tenga un comprobante, emitido aquí o cargado. En /interno/emisor
estos cambios los decide otra persona; aquí no, y quedan en la bitácora como de la línea de órdenes.
Termina con 0 si se hizo, 1 si se rechazó, 2 si la orden está mal escrita.
`
