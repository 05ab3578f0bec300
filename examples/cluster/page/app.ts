import { WSE_ERROR, WseClient } from '@wse/client'
import { find } from '../../demo/page/dom.js'
import { note } from './log.js'
import { visitorName } from './name.js'
import { openNodes } from './nodes.js'
import { Room } from './room.js'
import { Stay } from './stay.js'
import { keepWorking } from './work.js'

const client = new WseClient({
  url: `${location.origin.replace(/^http/, 'ws')}/ws`,
  // Shorter waits than the default where links are lost again and again: here that is a button.
  re: { floor: 200, base: 500, cap: 1_000 },
})

const nodes = openNodes(document.body.dataset.control ?? '')
const room = new Room(client)
const stay = new Stay(client, (node) => {
  nodes.mark(node)
  room.at(node)
})

const STATUS_NAMES: Record<string, string> = { READY: 'Connected', CONNECTING: 'Connecting' }

client.when.updated((status) => {
  const label = find('status')
  label.dataset.status = status
  label.textContent = STATUS_NAMES[status] ?? 'On the way back'
  find('cut', HTMLButtonElement).disabled = status !== 'READY'
  room.refresh()
})
// Attempts that fail are told by `retrying`.
let wasReady = false
client.when.ready(() => {
  wasReady = true
})
client.when.closed((code, reason) => {
  if (wasReady) note('closed', `${code} ${reason}`)
  wasReady = false
})
client.when.retrying(({ attempt, delay }) => note('retrying', `attempt ${attempt} in ${delay} ms`))
client.when.reset(({ reason, unknown, notSent, unlisted }) => {
  note('reset', `${reason}: ${unknown.length + unlisted} unknown, ${notSent.length} not sent`)
})
client.when.error((error) => error.code !== WSE_ERROR.WS_CLIENT_ERROR && note('error', error.message))

find('another').addEventListener('click', () => window.open('/', '_blank', 'noopener'))
find('cut').addEventListener('click', () => stay.cut())

keepWorking(client)
client.connect(visitorName()).catch((error) => note('error', error.message))
