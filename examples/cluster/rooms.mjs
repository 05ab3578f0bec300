import { setTimeout as sleep } from 'node:timers/promises'

/** Events the room remembers, and for how many milliseconds. */
const HISTORY = { size: 500, ttl: 3_600_000 }
/** Without a link for so many milliseconds a device is away: soon, for links that come back within a second. */
const PRESENCE = { away: 500 }
/** Characters of a message. */
const LONGEST = 500
/** Milliseconds a piece of work takes at most. */
const WORK = 1_500

/** What a node does. Nothing here knows that there are others: a topic is the same on all of them. */
export function openRooms(server, node) {
  server.topic('room', {
    history: HISTORY,
    // A device says of itself which node it is at, and whether somebody types there.
    presence: PRESENCE,
    on: {
      // A tab numbers what it says from 1, so that who reads can tell whether anything is missing, or came twice. Each
      // message has a key: what a killed node left uncertain is said again, and is said once.
      said(ctx, message) {
        if (!isMessage(message)) throw ctx.error('NO_MESSAGE', {}, `a message has a tab, a number and a text`)
        const { tab, n, text } = message
        return ctx.publish('said', { tab, n, text, from: ctx.user.cid, node, at: Date.now() })
      },
    },
  })

  server.register('whoServes', () => ({ node, pid: process.pid }))
  // Calls that are under way when a node is asked to go are answered first. Of a node that was killed they are asked again
  // elsewhere, where the client says that they may.
  server.register('work', async (_, n) => {
    await sleep(Math.random() * WORK)
    return { n, node }
  })
  // The answer to this very call misses the link, and arrives on the next one, at whichever node that is.
  server.register('cut', (conn) => conn.terminate())
}

/** Clients can send anything: what is not a message is refused. */
function isMessage(message) {
  return isText(message?.tab, 40) && Number.isSafeInteger(message?.n) && message.n > 0 && isText(message?.text, LONGEST)
}

const isText = (value, longest) => typeof value === 'string' && value.trim() !== '' && value.length <= longest
