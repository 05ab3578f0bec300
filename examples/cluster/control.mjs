import { once } from 'node:events'
import { createServer } from 'node:http'

const ACTIONS = ['kill', 'drain', 'restart']

/**
 * What the page's buttons talk to, past the balancer, so that there is somebody to ask when no node is left:
 *
 *   GET  /nodes                  how the nodes are, now and whenever that changes, as an event stream
 *   POST /nodes/{name}/{action}  kill, drain or restart: 202, or 409 where that is not to be done now
 */
export class Control {
  /** Pages that may ask; others could kill nodes by a form. */
  origins = []
  #supervisor
  #server = createServer((request, response) => this.#answer(request, response))
  #streams = new Set()

  constructor(supervisor) {
    this.#supervisor = supervisor
    supervisor.on('change', () => {
      for (const stream of this.#streams) this.#tell(stream)
    })
  }

  /** Resolves with the port it listens on. */
  async listen(port, host) {
    this.#server.listen(port, host)
    await once(this.#server, 'listening')
    return this.#server.address().port
  }

  async close() {
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  #answer(request, response) {
    const { method, url, headers } = request
    if (!this.origins.includes(headers.origin)) return response.writeHead(403).end()
    response.setHeader('Access-Control-Allow-Origin', headers.origin)
    response.setHeader('Cache-Control', 'no-store')
    if (method === 'GET' && url === '/nodes') return this.#stream(response)
    const [, name, action] = /^\/nodes\/(\w+)\/(\w+)$/.exec(url) ?? []
    const isKnown = method === 'POST' && this.#supervisor.has(name) && ACTIONS.includes(action)
    if (!isKnown) return response.writeHead(404).end()
    response.writeHead(this.#supervisor[action](name) ? 202 : 409).end()
  }

  #stream(response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
    this.#tell(response)
  }

  #tell(stream) {
    stream.write(`data: ${JSON.stringify(this.#supervisor.nodes)}\n\n`)
  }
}
