/** Rooms by id, with their titles. */
const ROOMS = new Map([
  ['lobby', 'Lobby'],
  ['garden', 'Garden'],
  ['attic', 'Attic'],
])
/** Events a room remembers, and for how many milliseconds. */
const HISTORY = { size: 100, ttl: 3_600_000 }
/** Without a link for so many milliseconds a device is away: soon, for links that come back within a second. */
const PRESENCE = { away: 500 }
/** Characters of a message. */
const LONGEST = 500
/** Milliseconds a person has to answer a question. */
const PATIENCE = 60_000

/** Defines the rooms of a server as topics; returns what a page has to know of them. */
export function openRooms(server) {
  const rooms = server.topic('room:{id}', {
    authorize: ({ params }) => ROOMS.has(params.id),
    history: HISTORY,
    // A device says of itself what it is called, and whether somebody types there.
    presence: PRESENCE,
    on: {
      // Pages name each message by a key: what a lost session left uncertain can be said again, and is said once.
      said(ctx, message) {
        if (!isMessage(message))
          throw ctx.error('NO_MESSAGE', {}, `a message has an id and up to ${LONGEST} characters`)
        ctx.publish('said', { id: message.id, from: ctx.user.cid, text: message.text, at: Date.now() })
      },
    },
  })

  // Nobody says anything here: it is for who is in which room, which devices say of themselves.
  server.topic('house', { presence: PRESENCE })

  // A call of the client inside which the server calls back: to the one device that asked. What was cleared stays in the
  // history, and so does that it was: who comes later hears of both, in order.
  server.register('clear', async (conn, id) => {
    const isHere = ROOMS.has(id) && server.topics.members(rooms.nameOf({ id })).includes(conn)
    if (!isHere) return false
    const sure = await conn.call('confirm', `Clear the ${id} for everyone?`, { timeout: PATIENCE })
    if (sure === true) rooms.publish({ id }, 'cleared', { by: conn.cid })
    return sure === true
  })

  return Array.from(ROOMS, ([id, title]) => ({ id, title }))
}

/** Clients can send anything: what is not a message is refused. */
function isMessage(message) {
  return isText(message?.id, 40) && isText(message?.text, LONGEST)
}

const isText = (value, longest) => typeof value === 'string' && value.trim() !== '' && value.length <= longest
