import { WseServer } from '@wse/server'
import { questFor, signIn } from './accounts.mjs'
import { openRooms } from './rooms.mjs'
import { holdTalks } from './talk.mjs'

/** The server of the demo: who comes in, and what one may have done to the link or to a worker. Links are handed to it. */
export function openHouse(workers) {
  const house = new WseServer({
    noServer: true,
    connPerUser: 5,
    limits: { messageBytes: 4_096, messageRate: { perSecond: 30, burst: 200 } },
    // Often, for the page to show how long a round trip takes; the default of 25 s is kinder to batteries.
    heartbeat: { interval: 1_000, grace: 5_000 },
    // What `accept` is given as its second argument is what the client's connect() resolves with.
    identify: ({ identity, challenge, accept }) => accept(signIn(identity, challenge), { rooms }),
  })
  const rooms = openRooms(house)

  house.useChallenge((identity, _meta, quest, refuse) => {
    const puzzle = questFor(identity)
    puzzle ? quest(puzzle) : refuse()
  })

  // The answer to this very call misses the link, and arrives on the next one.
  house.register('cut', (conn) => conn.terminate())
  house.register('restart', (conn, worker) => workers.restart(worker, conn.request.headers.origin))
  holdTalks(house)

  house.when.error((error) => console.error(error.message))
  return house
}
