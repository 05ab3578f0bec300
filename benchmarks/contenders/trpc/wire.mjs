const request = (id, method, path, input) => JSON.stringify({ id, method, params: { path, input } })

/** Where the id stands: `{"id":1`. That of a chat is text, so that its answer is not taken for a message. */
const ID = '{"id":'.length
const [QUOTE] = Buffer.from('"')

/** tRPC in text: one answer or event a frame. */
export class Wire {
  path = '/?connectionParams=1'
  #token
  #listens

  constructor(token, { listens = false } = {}) {
    this.#token = token
    this.#listens = listens
  }

  static call(payload, n) {
    return request(n + 1, 'query', 'echo', payload)
  }

  static chat(payload) {
    return request('chat', 'mutation', 'chat', payload)
  }

  hello() {
    const login = JSON.stringify({ method: 'connectionParams', data: { token: this.#token } })
    return [login, request(1, 'query', 'welcome')]
  }

  enter(text, link) {
    const { id, result } = JSON.parse(text)
    if (!this.#listens || id === 2) return Boolean(result)
    link.say(request(2, 'subscription', 'news'))
    return false
  }

  taken(bytes, start) {
    return bytes[start + ID] === QUOTE ? 0 : 1
  }
}
