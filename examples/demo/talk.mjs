import { Numbers } from './numbers.mjs'

/** Milliseconds from number to number. */
const PACE = 200

/**
 * The server's end of the conversation by which a page finds out whether anything is lost: numbers both ways, and calls.
 * The server speaks whether the page's link is there or not: what it says meanwhile waits, and arrives when it is back.
 */
export function holdTalks(server) {
  /** Device → what is said between it and this server. A device keeps its place here while it is away. */
  const talks = new Map()

  server.register('talk', (conn, id) => {
    talks.set(conn, { id, numbers: new Numbers() })
  })
  server.register('double', (_, n) => n * 2)
  server.channel.on('number', (conn, said) => {
    const talk = talks.get(conn)
    if (talk !== undefined && talk.id === said?.talk) talk.numbers.hear(said)
  })
  server.channel.on('hush', (conn) => talks.delete(conn))
  server.when.disconnected((conn) => talks.delete(conn))

  const speak = () => {
    for (const [conn, { id, numbers }] of talks) {
      const said = numbers.next()
      if (said) conn.send('number', { talk: id, ...said })
    }
  }
  setInterval(speak, PACE).unref()
}
