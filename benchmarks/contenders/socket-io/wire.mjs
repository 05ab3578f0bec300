const [PING] = Buffer.from('2')

/** Engine.IO 4 and Socket.IO 5 in text: `42` an event, `43` an answer, `2` a ping. */
export class Wire {
  path = '/socket.io/?EIO=4&transport=websocket'

  constructor(token) {
    this.token = token
  }

  static call(payload, n) {
    return `42${n}${JSON.stringify(['echo', payload])}`
  }

  static chat(payload) {
    return `42${JSON.stringify(['chat', payload])}`
  }

  hello() {
    return []
  }

  enter(text, link) {
    if (text.startsWith('0')) link.say(`40${JSON.stringify({ token: this.token })}`)
    return text.startsWith('42["welcome"')
  }

  taken(bytes, start, _end, link) {
    if (bytes[start] !== PING) return 1
    link.say('3')
    return 0
  }
}
