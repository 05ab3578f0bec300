import { EventEmitter, once } from 'node:events'
import { get } from 'node:http'
import { connect, createServer } from 'node:net'

/** Milliseconds between two questions to a node whether it is ready, and how long it may take to answer. */
const PACE = 500
const NODE_HOST = '127.0.0.1'

/**
 * One port in front of all nodes: each connection goes to the next one that is ready, and bytes pass both ways. It knows
 * nothing of HTTP upgrades, WebSockets or sessions: whoever comes back may be sent to any node.
 */
export class Balancer extends EventEmitter {
  #addresses
  #server = createServer((socket) => this.#take(socket))
  #sockets = new Set()
  /** Ports of nodes that are ready. */
  #ready = new Set()
  #turn = 0
  #timer = null

  /** `addresses` gives what nodes there are now: `[{ port }]`. */
  constructor(addresses) {
    super()
    this.#addresses = addresses
  }

  /** Resolves with the port it listens on. */
  async listen(port, host) {
    this.#server.listen(port, host)
    await once(this.#server, 'listening')
    this.#look()
    return this.#server.address().port
  }

  /** Resolves once so many nodes are ready. */
  async ready(count) {
    while (this.#ready.size < count) await once(this, 'looked')
  }

  /** Closes what is left of connections, too. */
  async close() {
    clearTimeout(this.#timer)
    this.#timer = null
    if (!this.#server.listening) return
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await once(this.#server, 'close')
  }

  /** Asks all nodes whether they are ready, again and again. */
  async #look() {
    const ports = this.#addresses().map(({ port }) => port)
    // Armed before the answers: who closes meanwhile finds a timer to clear.
    this.#timer = setTimeout(() => this.#look(), PACE)
    const answers = await Promise.all(ports.map(isReady))
    this.#ready = new Set(ports.filter((_, i) => answers[i]))
    this.emit('looked')
  }

  #take(client) {
    this.#keep(client)
    const ports = [...this.#ready]
    const first = this.#turn++ % (ports.length || 1)
    this.#dial(client, [...ports.slice(first), ...ports.slice(0, first)])
  }

  /** Tries one after the other; who refuses is not asked again before it says that it is ready. */
  #dial(client, [port, ...others]) {
    if (port === undefined || client.destroyed) return client.destroy()
    const node = connect(port, NODE_HOST)
    const refused = () => {
      this.#ready.delete(port)
      this.#dial(client, others)
    }
    node.once('error', refused)
    node.once('connect', () => {
      node.off('error', refused)
      this.#keep(node)
      join(client, node)
      join(node, client)
    })
  }

  #keep(socket) {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // What follows from it is `close`.
    socket.on('error', () => {})
  }
}

/** What one end says, and that it has gone, the other is told. */
function join(from, to) {
  from.pipe(to)
  from.once('close', () => to.destroySoon())
}

function isReady(port) {
  return new Promise((resolve) => {
    const request = get({ host: NODE_HOST, port, path: '/readyz', agent: false, timeout: PACE }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}
