import { type LostMessage, WSE_CLOSE, WSE_ERROR, WseClient, WseError } from '@wse/client'
import { closeConfirm, confirm, onClick, onSay, onSignIn } from './controls.js'
import { deviceName } from './device.js'
import { openLinkPanel } from './link-panel.js'
import type { Message } from './message.js'
import { passphraseSolver } from './passphrase.js'
import * as view from './view.js'
import { openWorkPanel } from './work-panel.js'

const home = location.origin.replace(/^http/, 'ws')
const client = new WseClient({
  url: `${home}/lobby`,
  // Shorter waits than the default where links are lost again and again: here that is a button.
  re: { floor: 300, base: 1_000, cap: 1_000 },
})

if (!isSecureContext) view.showDoor('Open this page at localhost or over https: only there browsers let it sign.')

// Who one is

onSignIn(async (name, passphrase) => {
  const solver = passphraseSolver(passphrase)
  client.challenge(async (quest, solve) => solve(await solver(quest)))
  try {
    await client.connect(name, { device: deviceName(navigator.userAgent) })
  } catch (error) {
    // That one is told by `closed` below.
    if (!(error instanceof WseError) || error.code !== WSE_ERROR.NOT_AUTHORIZED) view.showDoor(String(error))
  }
})

onClick('leave', async () => {
  await client.disconnect()
  view.showDoor()
})

const FAREWELLS = new Map<number, string>([
  [WSE_CLOSE.NOT_AUTHORIZED, 'That name has another passphrase, or is none we take: letters first, no signs.'],
  [WSE_CLOSE.DISPLACED, 'Five newer devices are signed in as you.'],
])

client.when.closed((code, reason) => {
  // From 4500 on a close is final: the client does not come back by itself.
  if (code >= 4500) view.showDoor(FAREWELLS.get(code) ?? `The server ended this: ${code} ${reason}`)
})

// What is said. `ready` comes after connect(), after every return and after a jump, with the room's last messages.

client.when.ready(({ room, messages }, { resumed }) => {
  // A session that goes on has missed nothing: what was said meanwhile follows, in order, and what was typed here goes out.
  if (!resumed) view.showRoom(room, client.cid, messages)
})

// Only where a session could not go on is anything left to a person: the rest the next session carries on by itself.
client.when.reset(({ unknown, notSent }) => {
  const offer = (label: string) => (lost: LostMessage) => lost.type === 'say' && view.showLost(lost.payload, label, say)
  unknown.forEach(offer('perhaps not sent'))
  notSent.forEach(offer('not sent'))
})

client.channel.on('said', view.showMessage)
client.channel.on('people', view.showPeople)
client.channel.on('cleared', ({ by }) => view.showCleared(by))
client.register('confirm', confirm)

// What the person does

onSay((text) => say({ id: crypto.randomUUID(), from: client.cid, text }))

function say(message: Message): void {
  view.showMessage(message)
  // While the link is down this waits, and is sent once it is back.
  client.send('say', message)
}

onClick('jump', async (room) => {
  await client.jump(`${home}/${room}`)
})

onClick('clear', async () => {
  // The server asks back before it answers, and waits a minute for that.
  await client.call('clear', undefined, { timeout: 70_000 }).finally(closeConfirm)
})

// How the link is, and what it survives

openLinkPanel(client)
openWorkPanel(client, home)

client.when.updated((status) => view.showStatus(status))
client.when.retrying(({ attempt, delay }) => view.showStatus(client.status, { attempt, delay }))

client.when.updated((status) => view.note('updated', status))
client.when.ready(({ room }, { resumed }) => view.note('ready', resumed ? `${room}, resumed` : room))
client.when.closed((code, reason) => view.note('closed', `${code} ${reason}`))
client.when.reset(({ reason, unknown, notSent, unlisted }) => {
  view.note('reset', `${reason}: ${unknown.length + unlisted} unknown, ${notSent.length} not sent`)
})
client.when.retrying(({ attempt, delay }) => view.note('retrying', `attempt ${attempt} in ${delay} ms`))
client.when.error((error) => view.note('error', error.message))
