import { fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { pipeline } from 'node:stream'
import { fileURLToPath } from 'node:url'

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url))
const NAMES = ['a', 'b']
const HTTP_ORIGIN = /^https?:\/\/[^\s/]+$/

/** Two workers, each a process that is started anew whenever it ends, behind this server's /workers/a and /workers/b. */
export class Workers extends EventEmitter {
  /** Name → its process now, and the port that listens on once it is up. */
  #runs = new Map()
  #restarting = false
  #stopping = false

  async start() {
    const up = NAMES.map((name) => once(this, name))
    for (const name of NAMES) this.#keep(name)
    await Promise.all(up)
  }

  /**
   * Drains a worker to the other one, then starts it anew. `origin` is where the page that asks was loaded from, and so
   * where it finds the other worker: a page of another origin would not follow. False if it is no time for that.
   */
  async restart(name, origin) {
    const other = NAMES[1 - NAMES.indexOf(name)]
    const areUp = NAMES.every((each) => this.#runs.get(each)?.port)
    if (!NAMES.includes(name) || !HTTP_ORIGIN.test(origin) || this.#restarting || !areUp) return false
    this.#restarting = true
    const up = once(this, name)
    this.#runs.get(name).process.send({ to: `${origin.replace(/^http/, 'ws')}/workers/${other}` })
    await up
    this.#restarting = false
    return true
  }

  /** Lets both finish what they are at, and go. */
  async stop() {
    this.#stopping = true
    const processes = Array.from(this.#runs.values(), (run) => run.process)
    for (const process of processes) if (process.connected) process.send({})
    await Promise.all(processes.map((process) => once(process, 'exit')))
  }

  /** Hands an upgrade on to the worker it is for, as a reverse proxy would. */
  handleUpgrade(request, socket, head) {
    const name = /^\/workers\/(\w+)$/.exec(request.url)?.[1]
    const port = this.#runs.get(name)?.port
    socket.on('error', () => {})
    if (!port) return socket.end(`HTTP/1.1 ${NAMES.includes(name) ? '503 Unavailable' : '404 Not Found'}\r\n\r\n`)
    const worker = connect(port, '127.0.0.1')
    const fields = request.rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`))
    worker.on('error', () => {})
    worker.write(`GET ${request.url} HTTP/1.1\r\n${fields.join('')}\r\n`)
    worker.write(head)
    pipeline(socket, worker, () => socket.destroy())
    pipeline(worker, socket, () => worker.destroy())
  }

  /** Runs a worker again and again; tells by an event of its name when it is up. */
  async #keep(name) {
    for (let run = 1; !this.#stopping; run++) {
      const process = fork(WORKER, [name, String(run)])
      const ended = once(process, 'exit')
      this.#runs.set(name, { process })
      const [{ port } = {}] = await Promise.race([once(process, 'message'), ended.then(() => [])])
      if (port === undefined && !this.#stopping) throw new Error(`worker ${name} cannot start`)
      this.#runs.set(name, { process, port })
      this.emit(name)
      await ended
      this.#runs.delete(name)
    }
  }
}
