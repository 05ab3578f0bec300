import { fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { fileURLToPath } from 'node:url'

const NODE = fileURLToPath(new URL('node.mjs', import.meta.url))
/** Milliseconds a node has to close, when all of them are to. */
const PATIENCE = 3_000
/** What there is to say of a node that does not run. */
const DOWN = Object.freeze({ state: 'down', id: null, port: null, connections: 0 })

/**
 * Runs the nodes, and does to them what can happen to nodes: `kill` is a machine without power, `drain` the way a process
 * is asked to go before an update, `restart` both ends of that. Knows its own processes alone. Emits `change`.
 */
export class Supervisor extends EventEmitter {
  /** Name → its process, if it runs, what that said of itself last, and how often it was started. */
  #nodes
  #env
  #isStopping = false

  /** `env`: what nodes find in their environment beside ours. */
  constructor(names, env) {
    super()
    this.#env = env
    this.#nodes = new Map(names.map((name) => [name, { child: null, report: DOWN, run: 0, comesBack: false }]))
  }

  /** What there is to know of each. */
  get nodes() {
    return Array.from(this.#nodes, ([name, { child, report, run }]) => {
      return { name, run, pid: child?.pid ?? null, ...report }
    })
  }

  /** Where those listen that do: `[{ name, port }]`. */
  get addresses() {
    return this.nodes.filter(({ port }) => port !== null)
  }

  /** Starts all of them; resolves once they are ready. */
  async start() {
    for (const name of this.#nodes.keys()) this.#run(name)
    while (this.nodes.some(({ state }) => state !== 'ready')) {
      await once(this, 'change')
      if (this.nodes.some(({ state }) => state === 'down')) throw new Error('a node cannot start')
    }
  }

  has(name) {
    return this.#nodes.has(name)
  }

  /** Ends a node at once, with all it holds. False if it does not run. */
  kill(name) {
    return this.#nodes.get(name).child?.kill('SIGKILL') ?? false
  }

  /** Asks a node to send its clients to the others, and to end. False if it is not ready. */
  drain(name) {
    const { child, report } = this.#nodes.get(name)
    return report.state === 'ready' && child.kill('SIGTERM')
  }

  /** Starts a node anew, after a drain if it runs. False if it is on its way already. */
  restart(name) {
    const node = this.#nodes.get(name)
    if (node.child === null) {
      this.#run(name)
      return true
    }
    if (node.comesBack || node.report.state === 'starting') return false
    node.comesBack = true
    this.drain(name)
    return true
  }

  /** Closes all of them; who does not go by itself is killed. */
  async stop() {
    this.#isStopping = true
    const running = Array.from(this.#nodes.values(), ({ child }) => child).filter((child) => child !== null)
    const late = setTimeout(() => {
      for (const child of running) child.kill('SIGKILL')
    }, PATIENCE)
    await Promise.all(
      running.map((child) => {
        const exit = once(child, 'exit')
        if (child.connected) child.disconnect()
        return exit
      }),
    )
    clearTimeout(late)
  }

  #run(name) {
    const node = this.#nodes.get(name)
    node.child = fork(NODE, [name], { env: { ...process.env, ...this.#env } })
    node.run++
    this.#tell(node, { ...DOWN, state: 'starting' })
    node.child.on('message', (report) => this.#tell(node, report))
    node.child.once('exit', () => {
      const { comesBack } = node
      node.child = null
      node.comesBack = false
      this.#tell(node, DOWN)
      if (comesBack && !this.#isStopping) this.#run(name)
    })
  }

  #tell(node, report) {
    node.report = report
    this.emit('change')
  }
}
