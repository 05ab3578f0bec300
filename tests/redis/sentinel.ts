import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '../fixtures/redis.js'

/** One Sentinel, which decides alone. */
export class Sentinel implements AsyncDisposable {
  readonly port: number
  readonly #process: ChildProcess
  readonly #folder: string
  readonly #ended: Promise<unknown>

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port
    this.#process = child
    this.#folder = folder
    this.#ended = once(child, 'close')
  }

  /** Watches over the Redis on a port of this machine, by that name. */
  static async start(name: string, master: number): Promise<Sentinel> {
    const port = await freePort()
    const folder = await mkdtemp(join(tmpdir(), 'wse-sentinel-'))
    const file = join(folder, 'sentinel.conf')
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ${name} 127.0.0.1 ${master} 1`,
      `sentinel down-after-milliseconds ${name} 300`,
    ]
    await writeFile(file, lines.join('\n'))
    const program = process.env.REDIS_SERVER ?? 'redis-server'
    const child = spawn(program, [file, '--sentinel'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const sentinel = new Sentinel(port, child, folder)
    for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      if (String(text).includes('+monitor')) break
    }
    child.stdout.on('data', () => {})
    return sentinel
  }

  /** Gives it one command. */
  async command(...args: string[]): Promise<unknown> {
    const redis = new Redis({ host: '127.0.0.1', port: this.port, disableClientInfo: true })
    const ended = once(redis, 'end')
    try {
      return await redis.call('SENTINEL', ...args)
    } finally {
      redis.disconnect()
      await ended
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
    await rm(this.#folder, { recursive: true, force: true })
  }
}
