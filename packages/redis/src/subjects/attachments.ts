import type { Subject } from '@wse/protocol/backplane'
import type { Link } from '../connection/link.js'
import { keyOf, type Names } from '../names.js'

/** Channels subscribed to by one command: the engine does nothing else meanwhile. */
const AT_ONCE = 512

/** What of a link is needed here. */
type Listens = Pick<Link, 'subscribe' | 'unsubscribe'>

/** Channels that are subscribed to at the end of this turn, and who waits for it. */
interface Turn {
  readonly channels: string[]
  readonly done: Promise<boolean>
  settle(attached: boolean): void
}

/** What this node is attached to on one shard, or wants to be. */
export class Attachments {
  readonly #names: Names
  /** By what arrives of its channel. */
  readonly #subjects = new Map<string, Subject>()
  /** What was asked for, and is not confirmed: the turn that did so last. */
  readonly #asked = new Map<string, Turn>()
  #link: Listens | null = null
  /** Whether what was wanted before is attached. */
  #isOpen = false
  /** Wanted since it began to be attached. */
  #late: Subject[] = []
  #turn: Turn | null = null
  #unwanted: string[] = []

  constructor(names: Names) {
    this.#names = names
  }

  /** Subjects it is, or wants to be, attached to. */
  get size(): number {
    return this.#subjects.size
  }

  /** All of them. */
  get subjects(): Subject[] {
    return [...this.#subjects.values()]
  }

  /** The subject of what has arrived; undefined if it is not wanted, or not before everything is attached. */
  subjectOf(channel: string): Subject | undefined {
    return this.#isOpen ? this.#subjects.get(channel) : undefined
  }

  /** Wants these; resolves with whether they are attached. */
  attach(subjects: readonly Subject[]): Promise<boolean> {
    let waits: Turn | null = null
    for (const subject of subjects) {
      const channel = this.#names.channel(subject)
      const key = keyOf(channel)
      const isKnown = this.#subjects.has(key)
      if (!isKnown) this.#subjects.set(key, subject)
      if (!this.#isOpen) {
        if (!isKnown && this.#link !== null) this.#late.push(subject)
      } else if (!isKnown || this.#asked.has(key)) {
        // What is asked for already is asked for again: the answer to the last of them is the one that counts.
        waits = this.#ask(channel, key)
      }
    }
    return waits?.done ?? Promise.resolve(this.#isOpen)
  }

  /** Does not want these any more. */
  detach(subjects: readonly Subject[]): void {
    for (const subject of subjects) {
      const channel = this.#names.channel(subject)
      const key = keyOf(channel)
      if (!this.#subjects.delete(key)) continue
      this.#asked.delete(key)
      if (this.#link === null) continue
      // What was asked for before has to be said before.
      this.#endTurn()
      if (this.#unwanted.push(channel) === 1) queueMicrotask(() => this.#giveUp())
    }
  }

  /** Attaches all that is wanted, a part after the other; `progress` is called after each. Rejects with what went wrong. */
  async open(link: Listens, progress: () => void): Promise<void> {
    this.#link = link
    this.#late = []
    await this.#all(link, this.subjects, progress)
    while (this.#link === link && this.#late.length > 0) await this.#all(link, this.#late.splice(0), progress)
    if (this.#link === link) this.#isOpen = true
  }

  /** Nothing arrives any more. */
  close(): void {
    this.#link = null
    this.#isOpen = false
    this.#late = []
    this.#unwanted = []
    this.#asked.clear()
    this.#turn?.settle(false)
    this.#turn = null
  }

  /** Wants nothing any more. */
  clear(): void {
    this.close()
    this.#subjects.clear()
  }

  async #all(link: Listens, subjects: readonly Subject[], progress: () => void): Promise<void> {
    for (let at = 0; at < subjects.length && this.#link === link; at += AT_ONCE) {
      const channels = subjects.slice(at, at + AT_ONCE).map((subject) => this.#names.channel(subject))
      this.#giveUp()
      const wanted = channels.filter((channel) => this.#subjects.has(keyOf(channel)))
      if (wanted.length > 0) await link.subscribe(wanted)
      progress()
    }
  }

  #ask(channel: string, key: string): Turn {
    this.#giveUp()
    this.#turn ??= this.#beginTurn()
    this.#turn.channels.push(channel)
    this.#asked.set(key, this.#turn)
    return this.#turn
  }

  #beginTurn(): Turn {
    let settle: (attached: boolean) => void = () => {}
    const done = new Promise<boolean>((resolve) => {
      settle = resolve
    })
    queueMicrotask(() => this.#endTurn())
    return { channels: [], done, settle }
  }

  #endTurn(): void {
    const turn = this.#turn
    this.#turn = null
    if (turn === null) return
    if (this.#link === null) turn.settle(false)
    else void this.#subscribe(this.#link, turn)
  }

  async #subscribe(link: Listens, turn: Turn): Promise<void> {
    const { channels } = turn
    try {
      const parts: Promise<unknown>[] = []
      for (let at = 0; at < channels.length; at += AT_ONCE) parts.push(link.subscribe(channels.slice(at, at + AT_ONCE)))
      await Promise.all(parts)
      for (const key of channels.map(keyOf)) if (this.#asked.get(key) === turn) this.#asked.delete(key)
      turn.settle(true)
    } catch {
      turn.settle(false)
    }
  }

  #giveUp(): void {
    const channels = this.#unwanted
    this.#unwanted = []
    if (this.#link === null) return
    for (let at = 0; at < channels.length; at += AT_ONCE) this.#link.unsubscribe(channels.slice(at, at + AT_ONCE))
  }
}
