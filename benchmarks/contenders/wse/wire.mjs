import { randomUUID } from 'node:crypto'

/** A client acknowledges after so many frames, so many bytes, or a second (PROTOCOL.md, `~wse:ack`). */
const FRAMES = 64
const BYTES = 32_768

/** Where the letter stands that tells reserved frames apart: `["~wse:response"`, `["~wse:ping"`. */
const LETTER = '["~wse:'.length
const [BRACKET, TILDE, E, P, R] = Buffer.from('[~epr')
const RESPONSE = '"~wse:response"'
const NEWS = '["news"'
const SAID = '["said"'

/** A version 5 client of a session that survives its link, in text: it counts, acknowledges and answers pings. */
export class Wire {
  protocol = 'wse-default-json'
  #token
  #keeps = false
  #sent = 0
  #received = 0
  #owed = 0
  #bytes = 0

  constructor(token) {
    this.#token = token
  }

  /** Stamps of a client are odd. */
  static call(payload, n) {
    return JSON.stringify(['echo', payload, 2 * n + 1])
  }

  static chat(payload) {
    return JSON.stringify(['chat', payload])
  }

  static batch(texts) {
    return `[${texts.join()}]`
  }

  hello() {
    const hi = { identity: this.#token, v: 5, instance: randomUUID(), attempt: 1, timeout: 20_000, limit: 1_048_576 }
    return [JSON.stringify(['~wse:hi', { ...hi, keep: true }])]
  }

  enter(text) {
    const [type, payload] = JSON.parse(text)
    if (type === '~wse:session') this.#keeps = payload.token !== undefined
    if (type !== '~wse:welcome') return false
    return true
  }

  said(count) {
    this.#sent += count
  }

  taken(bytes, start, end, link) {
    const count = bytes[start + 1] === BRACKET ? countBatch(bytes, start, end) : this.#one(bytes, start, link)
    if (count > 0 && this.#keeps) this.#owe(count, end - start, link)
    return count
  }

  tick(link) {
    if (this.#owed > 0) this.#acknowledge(link)
  }

  #one(bytes, start, link) {
    const letter = bytes[start + LETTER]
    // Messages, responses, events.
    if (bytes[start + 2] !== TILDE || letter === R || letter === E) return 1
    if (letter === P) this.#pong(link)
    return 0
  }

  #owe(count, length, link) {
    this.#received += count
    this.#owed += count
    this.#bytes += length
    if (this.#owed >= FRAMES || this.#bytes >= BYTES) this.#acknowledge(link)
  }

  #acknowledge(link) {
    this.#owed = 0
    this.#bytes = 0
    link.say(`["~wse:ack",${this.#received}]`)
  }

  #pong(link) {
    link.say(`["~wse:pong",{"sent":${this.#sent},"received":${this.#received}}]`)
  }
}

/** Envelopes in a batch. A server batches answers, or messages of one name. */
function countBatch(bytes, start, end) {
  const text = bytes.latin1Slice(start, end)
  return count(text, RESPONSE) + count(text, NEWS) + count(text, SAID)
}

function count(text, needle) {
  let found = 0
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) found++
  return found
}
