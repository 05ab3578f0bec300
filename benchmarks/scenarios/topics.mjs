import { payloadOf } from '../harness/payloads.mjs'
import { AHEAD, paced } from '../harness/turns.mjs'
import fanOut from './fan-out.mjs'

/** Of each contender: puts all who are there on one topic, and returns what publishes on it. */
const operations = {
  ws: looped,
  'ws-again': looped,
  wse: published,
  'wse-plain': published,
  'wse-before': published,
  'socket-io': roomed,
}

export default {
  ...fanOut,
  name: 'topics',
  rank: 45,
  title: 'Publishing on a topic',
  about: `100 B to everyone on one topic: raw ws loops over a set of sockets with a text made once, socket.io has a room.
Turns as with broadcasts, ${AHEAD} on their way.`,
  variants: {
    '1,000 members, 1 a turn': { receivers: 1_000, perTurn: 1 },
    '10,000 members, 1 a turn': { receivers: 10_000, perTurn: 1, quick: true },
    '10,000 members, 10 a turn': { receivers: 10_000, perTurn: 10, quick: true },
  },
  can: ({ name }) => name in operations,
  operations,

  server: {
    pace(host, variant) {
      const publish = host.operations(host.server)
      const payload = payloadOf(100)
      return paced(() => publish(payload), variant)
    },
  },
}

function looped({ clients }) {
  const members = new Set(clients().map(({ socket }) => socket))
  return (payload) => {
    const text = JSON.stringify(['news', payload])
    for (const socket of members) socket.send(text)
  }
}

function published({ native, clients }) {
  for (const conn of clients()) conn.subscribe('room:1')
  return (payload) => native.publish('room:1', 'news', payload)
}

/** Its server has put everyone into a room already. */
function roomed({ native }) {
  return (payload) => native.to('room').emit('news', payload)
}
