import { find } from './dom.js'
import { note } from './view.js'

/** Runs `enter` with what the sign-in form holds, one at a time. */
export function onSignIn(enter: (name: string, passphrase: string) => Promise<void>): void {
  const form = find('sign-in', HTMLFormElement)
  const button = find('come-in', HTMLButtonElement)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    button.disabled = true
    const { name, passphrase } = Object.fromEntries(new FormData(form))
    await enter(String(name).normalize().trim(), String(passphrase))
    button.disabled = false
  })
}

/** Runs `say` with what was typed. */
export function onSay(say: (text: string) => void): void {
  const input = find('text', HTMLInputElement)
  find('composer').addEventListener('submit', (event) => {
    event.preventDefault()
    const text = input.value.trim()
    input.value = ''
    if (text !== '') say(text)
  })
}

/** Runs `typed` with what is written so far, whenever that changes: sent, it is nothing. */
export function onType(typed: (text: string) => void): void {
  const input = find('text', HTMLInputElement)
  input.addEventListener('input', () => typed(input.value))
  find('composer').addEventListener('submit', () => typed(''))
}

/** Runs `act` with the button's `data-to` when it is pressed; what goes wrong is one more event to show. */
export function onClick(id: string, act: (to: string) => Promise<unknown>): void {
  const button = find(id, HTMLButtonElement)
  button.addEventListener('click', () => act(button.dataset.to ?? '').catch((error) => note('error', error.message)))
}

/** Asks the person; the answer to the server's call. */
export function confirm(question: string): Promise<boolean> {
  const dialog = find('confirm', HTMLDialogElement)
  find('question').textContent = question
  dialog.returnValue = 'no'
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true })
  })
}

/** Takes the question back, where nobody waits for an answer any more. */
export function closeConfirm(): void {
  find('confirm', HTMLDialogElement).close()
}
