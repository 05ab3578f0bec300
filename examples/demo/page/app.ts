import { WSE_CLOSE, WSE_ERROR, WseClient, WseError } from '@wse/client'
import { closeConfirm, confirm, onClick, onSay, onSignIn, onType } from './controls.js'
import { deviceName } from './device.js'
import { openLinkPanel } from './link-panel.js'
import { passphraseSolver } from './passphrase.js'
import { Rooms } from './rooms.js'
import * as view from './view.js'
import { openWorkPanel } from './work-panel.js'

const home = location.origin.replace(/^http/, 'ws')
const client = new WseClient({
  url: `${home}/east`,
  // Shorter waits than the default where links are lost again and again: here that is a button.
  re: { floor: 300, base: 1_000, cap: 1_000 },
})

const rooms = new Rooms(client, deviceName(navigator.userAgent))

if (!isSecureContext) view.showDoor('Open this page at localhost or over https: only there browsers let it sign.')

// Who one is

onSignIn(async (name, passphrase) => {
  const solver = passphraseSolver(passphrase)
  client.challenge(async (quest, solve) => solve(await solver(quest)))
  try {
    const welcome = await client.connect(name)
    rooms.open(welcome.rooms)
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

// What the person does

onSay((text) => rooms.say(text))
onType((text) => rooms.typed(text))

onClick('jump', async (door) => {
  // A new link and a new session, made before the old ones are let go of. Subscriptions ask there for what they missed.
  await client.jump(`${home}/${door}`)
})

client.register('confirm', confirm)
onClick('clear', async () => {
  // The server asks back before it answers, and waits a minute for that.
  await client.call('clear', rooms.here, { timeout: 70_000 }).finally(closeConfirm)
})

// How the link is, and what it survives

openLinkPanel(client)
openWorkPanel(client, home)

client.when.updated((status) => view.showStatus(status))
client.when.updated(() => rooms.refresh())
client.when.ready(() => view.showDoorway(client.url))
client.when.retrying(({ attempt, delay }) => view.showStatus(client.status, { attempt, delay }))

client.when.updated((status) => view.note('updated', status))
client.when.ready((_, { resumed }) =>
  view.note('ready', `${client.url.split('/').at(-1)} door${resumed ? ', resumed' : ''}`),
)
client.when.closed((code, reason) => view.note('closed', `${code} ${reason}`))
client.when.reset(({ reason, unknown, notSent, unlisted }) => {
  view.note('reset', `${reason}: ${unknown.length + unlisted} unknown, ${notSent.length} not sent`)
})
client.when.retrying(({ attempt, delay }) => view.note('retrying', `attempt ${attempt} in ${delay} ms`))
client.when.error((error) => view.note('error', error.message))
