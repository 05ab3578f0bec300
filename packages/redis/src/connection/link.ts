import type { Clock } from '@wse/protocol'
import { SCRIPTS } from '../scripts/all.js'
import { LOST, type Script } from '../scripts/script.js'
import type { Argument, Connection, ConnectionEvents } from './connection.js'
import { isForgotten, isRefusal } from './ioredis.js'

/** What a link is made with. */
export interface LinkParts {
  connect(events: ConnectionEvents): Connection
  readonly clock: Clock
  /** What keys begin with. */
  readonly prefix: string
  /** Milliseconds after which what was said has no effect any more, unless it was carried out. */
  readonly effective: number
}

/** Whoever a link belongs to. */
export interface LinkOwner {
  message(channel: Buffer, frame: Buffer): void
  /** It is over, once, and not at the owner's own wish. */
  ended(link: Link, why: Error): void
}

/** How far a link is, in bytes: answers, what arrived, what the system has taken of commands, and what waits for that. */
export interface Progress {
  readonly answered: number
  readonly arrived: number
  readonly taken: number
  readonly waiting: number
}

/** How an engine says that it is not, or no longer, the one to talk to; within a script Redis 6 says more before. */
const NOT_THE_ONE = new RegExp(`(^|-)(READONLY|LOADING|MASTERDOWN|${LOST}) `)

/** Later than any time, for what is said before the engine's time is known. */
const NEVER_TOO_LATE = '1e15'

/** Two connections to one start of one engine: one for commands, one on which messages arrive. */
export class Link {
  /** What it holds is called so: known once a seat was taken. */
  generation = ''
  /** Commands that were not answered yet. */
  waiting = 0
  /** Resolves once nothing is left of it. */
  readonly gone: Promise<unknown>
  readonly #parts: LinkParts
  readonly #owner: LinkOwner
  readonly #commands: Connection
  readonly #news: Connection
  /** Milliseconds by which the engine's clock is ahead of ours, and as long as a command was under way; null if unknown. */
  #ahead: number | null = null
  #isOver = false

  constructor(parts: LinkParts, owner: LinkOwner) {
    this.#parts = parts
    this.#owner = owner
    const ends: Promise<void>[] = []
    const connect = (message: ConnectionEvents['message']) => {
      let over: () => void = () => {}
      ends.push(
        new Promise((resolve) => {
          over = resolve
        }),
      )
      const ended = (why: Error) => {
        over()
        this.end(why)
      }
      return parts.connect({ message, ended })
    }
    this.#commands = connect(() => {})
    this.#news = connect((channel, frame) => {
      if (!this.#isOver) owner.message(channel, frame)
    })
    this.gone = Promise.all(ends)
  }

  /** Whether it has ended. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** How far it is. */
  get progress(): Progress {
    const writing = this.#commands.writing
    return {
      answered: this.#commands.bytesRead,
      arrived: this.#news.bytesRead,
      taken: writing?.taken ?? 0,
      waiting: writing?.waiting ?? 0,
    }
  }

  /** Connects and brings the scripts along; resolves with what names this start of the engine. */
  async open(): Promise<string> {
    const both = [this.#commands, this.#news]
    await Promise.all(both.map((connection) => connection.ready()))
    const [run, other] = await Promise.all(both.map(runOf))
    if (run === undefined || run !== other) throw new Error('two connections lead to two engines')
    await this.#load()
    return run
  }

  /** Runs a script, to whose arguments those are added that all have. Rejects if it was not run, or that is unknown. */
  async run(script: Script, args: Argument[]): Promise<readonly unknown[]> {
    const { clock, prefix, effective } = this.#parts
    const now = clock.now()
    const until = this.#ahead === null ? NEVER_TOO_LATE : String(Math.ceil(now + this.#ahead + effective))
    args.unshift(script.sha, '0', until, prefix, this.generation)
    this.waiting++
    try {
      const answer = (await this.#commands.command('EVALSHA', args)) as readonly unknown[]
      this.#ahead = Number(answer[0]) - now
      return answer
    } catch (error) {
      this.#refused(error)
      throw error
    } finally {
      this.waiting--
    }
  }

  /** From when it resolves, what is published on these channels arrives. Rejects if that is unknown. */
  subscribe(channels: string[]): Promise<unknown> {
    return this.#listen(this.#news.subscribe(channels))
  }

  /** What is published on these channels is not wanted any more. */
  unsubscribe(channels: string[]): void {
    this.#listen(this.#news.unsubscribe(channels)).catch((error) => this.end(error as Error))
  }

  /** Ends it if an engine says by this that it is not the one to talk to. */
  heed(said: string): void {
    if (NOT_THE_ONE.test(said)) this.end(new Error(said))
  }

  /** Ends it; who waits for an answer is rejected. Null: at the owner's own wish. */
  end(why: Error | null): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#commands.destroy()
    this.#news.destroy()
    if (why !== null) this.#owner.ended(this, why)
  }

  async #listen(asked: Promise<unknown>): Promise<void> {
    this.waiting++
    try {
      await asked
    } finally {
      this.waiting--
    }
  }

  #refused(error: unknown): void {
    if (!isRefusal(error)) return
    this.heed(error.message)
    if (isForgotten(error)) this.#load().catch((failed) => this.end(failed as Error))
  }

  #load(): Promise<unknown> {
    return Promise.all(SCRIPTS.map(({ text }) => this.#commands.command('SCRIPT', ['LOAD', text])))
  }
}

/** What names this start of an engine. */
async function runOf(connection: Connection): Promise<string | undefined> {
  return /^run_id:(\w+)/m.exec(String(await connection.command('INFO', ['server'])))?.[1]
}
