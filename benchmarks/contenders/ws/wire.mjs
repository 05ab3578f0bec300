/** The same in text: one answer or message a frame. */
export class Wire {
  constructor(token) {
    this.token = token
  }

  static call(payload, n) {
    return JSON.stringify(['echo', payload, n + 1])
  }

  static chat(payload) {
    return JSON.stringify(['chat', payload])
  }

  hello() {
    return [JSON.stringify(this.token)]
  }

  enter() {
    return true
  }

  taken() {
    return 1
  }
}
