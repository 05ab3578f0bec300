const request = (method, params, id) => JSON.stringify({ jsonrpc: '2.0', method, params, id })

/** JSON-RPC 2.0 in text: one answer or notification a frame. */
export class Wire {
  #token
  #listens

  constructor(token, { listens = false } = {}) {
    this.#token = token
    this.#listens = listens
  }

  static call(payload, n) {
    return request('echo', payload, n + 1)
  }

  static chat(payload) {
    return request('chat', payload)
  }

  hello() {
    return [request('rpc.login', { token: this.#token }, 1)]
  }

  enter(text, link) {
    const { id, result } = JSON.parse(text)
    if (!this.#listens || id === 2) return Boolean(result)
    link.say(request('rpc.on', ['news', 'said'], 2))
    return false
  }

  taken() {
    return 1
  }
}
