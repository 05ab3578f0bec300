import { WebSocket } from 'ws'

/** One end of a raw link: `[type, payload, stamp]`, an answer is `['r', result, stamp]`. */
export class Peer {
  #handlers
  #pending = new Map()
  #stamp = 0

  constructor(socket, handlers) {
    this.socket = socket
    this.#handlers = handlers
    socket.on('message', (data) => this.#take(data))
  }

  call(type, payload) {
    const stamp = ++this.#stamp
    return new Promise((resolve) => {
      this.#pending.set(stamp, resolve)
      this.socket.send(JSON.stringify([type, payload, stamp]))
    })
  }

  #take(data) {
    const [type, payload, stamp] = JSON.parse(data)
    if (type === 'r') {
      this.#pending.get(stamp)(payload)
      this.#pending.delete(stamp)
      return
    }
    const result = this.#handlers.get(type)?.(payload)
    if (stamp !== undefined) this.socket.send(JSON.stringify(['r', result, stamp]))
  }
}

/** The client: resolves once it is welcome. */
export function connect(port, token) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
  socket.on('open', () => socket.send(JSON.stringify(token)))
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.once('message', () => {
      const peer = new Peer(socket, new Map([['echo', (payload) => payload]]))
      resolve({ call: (payload) => peer.call('echo', payload), close: () => socket.close() })
    })
  })
}
