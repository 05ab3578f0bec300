import { Program } from '../fixtures/program.js'

/** A node in a process of its own: it begins, is attached to `s`, and ann is present there. */
const programOf = (path: string, lease: number, probe: number) => `
import { redisBackplane } from '@wse/redis'
const none = () => {}
const backplane = redisBackplane({ shards: '${path}', lease: ${lease}, probe: ${probe} })
await backplane.start({ incoming: none, node: none, state: none, gap: none, failed: none })
await backplane.attach(['s'])
await backplane.enter('s', [{ id: 'ann', value: '' }])
console.log(backplane.node, process.pid)
`

/** A node that may die. */
export class ChildNode implements AsyncDisposable {
  /** Its id. */
  readonly id: string
  readonly #pid: number
  readonly #program: Program

  private constructor(id: string, pid: number, program: Program) {
    this.id = id
    this.#pid = pid
    this.#program = program
  }

  /** Starts one, and waits until it is there. */
  static async start(path: string, lease: number, probe: number): Promise<ChildNode> {
    const program = await Program.start(programOf(path, lease, probe))
    const [, id = '', pid] = await program.prints(/^(\S+) (\d+)$/m)
    return new ChildNode(id, Number(pid), program)
  }

  /** It dies without a word. */
  kill(): Promise<void> {
    return this.#program.kill()
  }

  /** It stands still, with all its sockets. */
  freeze(): void {
    process.kill(this.#pid, 'SIGSTOP')
  }

  /** It goes on. */
  thaw(): void {
    process.kill(this.#pid, 'SIGCONT')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program.stop()
  }
}
