import { WseServer } from '@wse/server'
import { questFor, signIn } from './accounts.mjs'
import { holdTalks } from './talk.mjs'

/** Messages a room remembers. */
const KEPT = 50
/** Characters of a message. */
const LONGEST = 500
/** Milliseconds a person has to answer a question. */
const PATIENCE = 60_000

/** A chat room, where one can also have a worker restarted. Its links are handed to it. */
export function openRoom(name, workers) {
  let messages = []
  const room = new WseServer({
    noServer: true,
    connPerUser: 5,
    limits: { messageBytes: 4_096, messageRate: { perSecond: 30, burst: 200 } },
    // Often, for the page to show how long a round trip takes; the default of 25 s is kinder to batteries.
    heartbeat: { interval: 1_000, grace: 5_000 },
    // What `accept` is given as its second argument is what the client's connect() resolves with.
    identify: ({ identity, challenge, accept }) => accept(signIn(identity, challenge), { room: name, messages }),
  })

  room.useChallenge((identity, _meta, quest, refuse) => {
    const puzzle = questFor(identity)
    puzzle ? quest(puzzle) : refuse()
  })

  room.channel.on('say', (conn, message) => {
    // Nothing arrives twice by itself. But people may say again what a lost session left uncertain: the id tells.
    if (!isMessage(message) || messages.some(({ id }) => id === message.id)) return
    const said = { id: message.id, from: conn.cid, text: message.text, at: Date.now() }
    messages = [...messages, said].slice(-KEPT)
    room.broadcast('said', said)
  })

  // A call of the client inside which the server calls back: to the one device that asked.
  room.register('clear', async (conn) => {
    const sure = await conn.call('confirm', `Clear the ${name} for everyone?`, { timeout: PATIENCE })
    if (sure !== true) return false
    messages = []
    room.broadcast('cleared', { by: conn.cid })
    return true
  })

  // The answer to this very call misses the link, and arrives on the next one.
  room.register('cut', (conn) => conn.terminate())
  room.register('restart', (conn, worker) => workers.restart(worker, conn.request.headers.origin))
  holdTalks(room)

  // Volatile: of no use to who is away, and told anew to who comes back.
  const showPeople = () => room.broadcast('people', peopleIn(room), { volatile: true })
  room.when.connected(showPeople)
  room.when.suspended(showPeople)
  room.when.resumed(showPeople)
  room.when.disconnected(showPeople)
  room.when.error((error) => console.error(`${name}: ${error.message}`))
  return room
}

/** Everyone here, each with the devices they are here with. */
function peopleIn(room) {
  return Array.from(room.clients.values(), ({ cid, conns }) => ({
    name: cid,
    devices: Array.from(conns.values(), deviceOf),
  }))
}

/** What a device calls itself, and whether its link is lost. */
function deviceOf({ meta, state }) {
  const device = String(meta?.device ?? 'a device').slice(0, 40)
  return state === 'suspended' ? `${device} (away)` : device
}

/** Clients can send anything: what is not a message is ignored. */
function isMessage(message) {
  return isText(message?.id, 40) && isText(message?.text, LONGEST)
}

const isText = (value, longest) => typeof value === 'string' && value.trim() !== '' && value.length <= longest
