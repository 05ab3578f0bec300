import { connect, createServer } from 'node:net'

/** Turns that are on their way: one is read while the next is written. */
export const AHEAD = 2

/** `say` as often in a turn as it is to be, whenever a turn was received. Resolves to the port where the client reports each by a byte, so that reports cost next to nothing. */
export function paced(say, { perTurn }) {
  const turns = oneByOne(() => {
    for (let i = 0; i < perTurn; i++) say()
  })
  const server = createServer((socket) => {
    turns(AHEAD)
    socket.on('data', ({ length }) => turns(length))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))
}

/** Counts what comes, and reports each turn that has come whole. */
export function receive(host, { pacePort, receivers, perTurn }) {
  const pace = connect({ port: pacePort, host: '127.0.0.1', noDelay: true })
  let missing = receivers * perTurn
  const take = (count) => {
    host.count += count
    missing -= count
    if (missing > 0) return
    missing += receivers * perTurn
    pace.write('.')
  }
  for (const link of host.links) link.onTaken = take
}

/** Runs `turn` as often as it is asked to, never twice in one turn of the event loop. */
function oneByOne(turn) {
  let due = 0
  const run = () => {
    turn()
    if (--due > 0) setImmediate(run)
  }
  return (count) => {
    if (due === 0) setImmediate(run)
    due += count
  }
}
