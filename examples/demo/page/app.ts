import { WSE_CLOSE, WSE_ERROR, WseClient, WseError } from '@wse/client'
import { closeConfirm, confirm, onClick, onSay, onSignIn } from './controls.js'
import { deviceName } from './device.js'
import { passphraseSolver } from './passphrase.js'
import { Unconfirmed } from './unconfirmed.js'
import * as view from './view.js'

const home = location.origin.replace(/^http/, 'ws')
const client = new WseClient({
  url: `${home}/lobby`,
  // Longer waits than the default, so that there is time to watch, and to type something meanwhile.
  re: { floor: 2_500, base: 4_000 },
})
const unconfirmed = new Unconfirmed()

if (!isSecureContext) view.showDoor('Open this page at localhost or over https: only there browsers let it sign.')

// Who one is

onSignIn(async (name, passphrase) => {
  const solver = passphraseSolver(passphrase)
  client.challenge(async (quest, solve) => solve(await solver(quest)))
  try {
    await client.connect(name, { device: deviceName(navigator.userAgent) })
  } catch (error) {
    // That one is told by `closed` below.
    if (!(error instanceof WseError) || error.code !== WSE_ERROR.NOT_AUTHORIZED) goOut(String(error))
  }
})

onClick('leave', async () => {
  await client.disconnect()
  goOut()
})

/** Back to the door; what this person said is not for the next one to say. */
function goOut(problem = ''): void {
  unconfirmed.clear()
  view.showDoor(problem)
}

const FAREWELLS = new Map<number, string>([
  [WSE_CLOSE.NOT_AUTHORIZED, 'That name has another passphrase, or is none we take: letters first, no signs.'],
  [WSE_CLOSE.DISPLACED, 'Five newer devices are signed in as you.'],
])

client.when.closed((code, reason) => {
  // From 4500 on a close is final: the client does not come back by itself.
  if (code >= 4500) goOut(FAREWELLS.get(code) ?? `The server ended this: ${code} ${reason}`)
})

// What is said. `ready` comes after connect(), after every return and after a jump, with the room's last messages.

client.when.ready(({ room, messages }) => {
  view.showRoom(room, client.cid)
  view.showMessages(messages)
  for (const message of unconfirmed.after(room, messages)) {
    view.showMessage(message)
    // It may have been lost with the old link, or not: the server knows by the id.
    client.send('say', message)
  }
})

client.channel.on('said', (message) => {
  unconfirmed.delete(message.id)
  view.showMessage(message)
})
client.channel.on('people', view.showPeople)
client.channel.on('cleared', ({ by }) => view.showCleared(by))
client.register('confirm', confirm)

// What the person does

onSay((text) => {
  const message = { id: crypto.randomUUID(), from: client.cid, text }
  unconfirmed.add(message)
  view.showMessage(message)
  // While the link is down this is queued, and sent once it is back.
  client.send('say', message)
})

onClick('jump', async (room) => {
  await client.jump(`${home}/${room}`)
})

onClick('kill', async () => {
  await client.call('cut')
})

onClick('clear', async () => {
  // The server asks back before it answers, and waits a minute for that.
  await client.call('clear', undefined, { timeout: 70_000 }).finally(closeConfirm)
})

// How the link is

client.when.updated((status) => view.showStatus(status))
client.when.retrying(({ attempt, delay }) => view.showStatus(client.status, { attempt, delay }))

client.when.updated((status) => view.note('updated', status))
client.when.ready(({ room }) => view.note('ready', room))
client.when.closed((code, reason) => view.note('closed', `${code} ${reason}`))
client.when.retrying(({ attempt, delay }) => view.note('retrying', `attempt ${attempt} in ${delay} ms`))
client.when.error((error) => view.note('error', error.message))
