/**
 * Passkeys. A form with data-passkey knows what is to be signed, or asks the server, lets the browser
 * do it and sends the result as any form does. Rendered hidden: where a browser knows no passkeys, or runs
 * no scripts, the code of the app is there.
 */

const able =
  'PublicKeyCredential' in window &&
  'parseCreationOptionsFromJSON' in PublicKeyCredential &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential

const ceremonies = {
  create: (options) =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
    }),
  get: (options) =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    }),
}

const say = (text) => {
  const line = document.getElementById('anuncios')
  if (line) line.textContent = text
}

/* Refused by the person, or timed out: told beside the button, and the other way in stays. */
const tellFailure = (form) => {
  let line = form.querySelector('.mensaje-error')
  if (!line) {
    line = document.createElement('p')
    line.className = 'mensaje-error'
    form.append(line)
  }
  line.textContent = 'No se usó ninguna llave. Puedes intentarlo de nuevo.'
  say(line.textContent)
}

/* data-options: the options themselves, or the address that answers with them. */
const optionsOf = async ({ options }) => {
  if (options.startsWith('{')) return JSON.parse(options)
  const answer = await fetch(options, { method: 'POST' })
  return answer.ok && !answer.redirected ? answer.json() : null
}

const use = async (form) => {
  const options = await optionsOf(form.dataset)
  // The session ended meanwhile: the page itself says so better.
  if (!options) return location.reload()
  const credential = await ceremonies[form.dataset.passkey](options)
  form.elements.respuesta.value = JSON.stringify(credential.toJSON())
  form.submit()
}

for (const line of document.querySelectorAll('[data-no-passkeys]')) line.hidden = able

for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.hidden = !able
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    use(form).catch(() => tellFailure(form))
  })
}
