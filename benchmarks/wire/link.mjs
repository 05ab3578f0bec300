import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { frame, pong } from './frames.mjs'
import { Reader } from './reader.mjs'

const CLOSE = 8
const PING = 9

/**
 * A cheap client: bare TCP, no JSON once it is in. What its frames mean is its wire's to say, made of a token and
 * `{ listens }`, whether it wants broadcasts:
 *   hello()                         texts to begin with
 *   enter(text, link)               true once the server has let it in
 *   taken(bytes, start, end, link)  answers or messages a frame holds
 *   said?(count)                    so many calls or messages went out
 *   tick?(link)                     once a second
 */
export class Link {
  onTaken = () => {}
  #socket
  #reader = new Reader((opcode, bytes, start, end) => this.#frame(opcode, bytes, start, end))
  #entered = false
  #taken = 0

  /** Resolves once the server has let it in. */
  static open(port, wire) {
    return new Promise((resolve, reject) => new Link(port, wire, resolve, reject))
  }

  constructor(port, wire, onEntered, onLost) {
    this.wire = wire
    this.onEntered = onEntered
    this.onLost = onLost
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => this.#socket.write(upgradeOf(wire)))
    this.#socket.once('data', (chunk) => this.#upgraded(chunk))
    this.#socket.on('error', (error) => this.onLost(error))
    this.#socket.on('close', () => this.onLost(new Error('the server closed the link')))
  }

  /** Bytes of frames made before; `count` calls or messages are in them. */
  write(bytes, count) {
    this.wire.said?.(count)
    this.#socket.write(bytes)
  }

  /** A text that is not counted. */
  say(text) {
    this.#socket.write(frame(text))
  }

  /** Stops a link whose end is meant. */
  close() {
    this.onLost = () => {}
    this.#socket.destroy()
  }

  #upgraded(chunk) {
    const end = chunk.indexOf('\r\n\r\n')
    if (!chunk.toString('latin1', 0, 12).endsWith('101') || end < 0) return this.onLost(new Error(String(chunk)))
    for (const text of this.wire.hello()) this.say(text)
    this.#socket.on('data', (more) => this.#read(more))
    if (end + 4 < chunk.length) this.#read(chunk.subarray(end + 4))
  }

  #read(chunk) {
    this.#taken = 0
    this.#reader.take(chunk)
    if (this.#taken > 0) this.onTaken(this.#taken)
  }

  #frame(opcode, bytes, start, end) {
    if (opcode === PING) this.#socket.write(pong(bytes.subarray(start, end)))
    else if (opcode === CLOSE) this.onLost(new Error(`closed: ${bytes.toString('utf8', start + 2, end)}`))
    else if (this.#entered) this.#taken += this.wire.taken(bytes, start, end, this)
    else if (this.wire.enter(bytes.toString('utf8', start, end), this)) {
      this.#entered = true
      this.onEntered(this)
    }
  }
}

function upgradeOf({ path = '/', protocol }) {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
