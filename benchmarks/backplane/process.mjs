import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** One process of a measurement, which does what it is asked. */
export class Process {
  #process
  #waiting = new Map()
  #asked = 0

  constructor(bundles, how) {
    this.#process = fork(fileURLToPath(new URL('worker.mjs', import.meta.url)), [JSON.stringify({ bundles, ...how })], {
      execArgv: ['--expose-gc'],
      env: { ...process.env, NODE_ENV: 'production' },
    })
    this.#process.on('message', ({ id, value, error }) => {
      const { resolve, reject } = this.#waiting.get(id)
      this.#waiting.delete(id)
      error === undefined ? resolve(value) : reject(new Error(error))
    })
  }

  /** Resolves once it is ready. */
  static async start(bundles, how) {
    const started = new Process(bundles, how)
    await started.ask('ready')
    return started
  }

  ask(command, args = {}) {
    const id = ++this.#asked
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#process.send({ id, command, args })
    })
  }

  end() {
    return new Promise((resolve) => this.#process.once('exit', resolve).kill('SIGKILL'))
  }
}
