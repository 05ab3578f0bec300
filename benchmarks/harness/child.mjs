import { fork, spawnSync } from 'node:child_process'
import { at } from './paths.mjs'

/** Core of each end. */
const CORES = { server: 0, client: 1 }
/** A command that takes longer has hung. */
const PATIENCE = 120_000

/** Whether processes can be kept to one core each. */
export const canPin = spawnSync('taskset', ['-c', '0,1', 'true']).status === 0

/** One end of a measurement, in a process and on a core of its own. */
export class Child {
  #process
  #waiting = new Map()
  #asked = 0

  constructor(side, scenario, contender) {
    const [execPath, pin] = canPin ? ['taskset', ['-c', String(CORES[side]), process.execPath]] : [process.execPath, []]
    this.#process = fork(at('harness/worker.mjs'), [side, scenario, contender], {
      execPath,
      execArgv: [...pin, '--expose-gc'],
      env: { ...process.env, NODE_ENV: 'production', WS_NO_BUFFER_UTIL: '1' },
    })
    this.#process.on('message', ({ id, value, error }) => this.#settle(id, value, error))
    this.#process.on('exit', (code, signal) => this.#lose(`the ${side} of ${contender} ended: ${signal ?? code}`))
  }

  /** Resolves to what the command of the other process returns. */
  ask(command, args = {}) {
    const id = ++this.#asked
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id, null, `${command} takes too long`), args.patience ?? PATIENCE)
      this.#waiting.set(id, { resolve, reject, timer })
      this.#process.send({ id, command, args })
    })
  }

  /** Ends the process; nothing is asked for, its links break. */
  end() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return Promise.resolve()
    return new Promise((resolve) => this.#process.once('exit', resolve).kill('SIGKILL'))
  }

  #settle(id, value, error) {
    const { resolve, reject, timer } = this.#waiting.get(id) ?? {}
    if (!this.#waiting.delete(id)) return
    clearTimeout(timer)
    error === undefined ? resolve(value) : reject(new Error(error))
  }

  #lose(why) {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, null, why)
  }
}
