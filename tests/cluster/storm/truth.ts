import type { Backplane, Incoming, MemoryHub } from '@wse/protocol/backplane'
import { jsonCodec } from '@wse/protocol/wire'
import type { EventAbout } from '../../../packages/server/src/backplane/event-about.js'
import { LETTER, readLetter } from '../../../packages/server/src/backplane/letter.js'
import { topicOf, topicSubject } from '../../../packages/server/src/backplane/subjects.js'

/** An event of a history. */
export interface Kept {
  readonly n: number
  /** Users who are left out. */
  readonly except: readonly unknown[]
}

/** What the engine has given out: seen by a node of its own, which nothing happens to but what happens to all. */
export class Truth {
  readonly node: Backplane
  /** Events by topic and epoch, by their offsets. */
  readonly #kept = new Map<string, Kept[]>()
  /** Events of topics without history, in order. */
  readonly #plain = new Map<string, Map<number, number>>()

  constructor(hub: MemoryHub) {
    this.node = hub.backplane()
  }

  async start(topics: readonly string[]): Promise<void> {
    await this.node.start({
      incoming: (message) => this.#take(message),
      node() {},
      state() {},
      gap() {},
      failed(error) {
        throw error
      },
    })
    await this.node.attach(topics.map(topicSubject))
  }

  /** What stands at an offset of a history; undefined if nothing does. */
  at(topic: string, epoch: string, offset: number): Kept | undefined {
    return this.#kept.get(`${topic} ${epoch}`)?.[offset]
  }

  /** Which of all events of a topic without history this was; undefined if it was none that went round. */
  placeOf(topic: string, n: number): number | undefined {
    return this.#plain.get(topic)?.get(n)
  }

  #take({ subject, body, position }: Incoming): void {
    const topic = topicOf(subject)
    const letter = readLetter(body)
    if (topic === null || letter?.kind !== LETTER.EVENT) return
    const about = letter.about as EventAbout
    const n = numberOf(about, letter.parts)
    if (position === undefined) {
      const all = this.#plain.get(topic) ?? new Map<number, number>()
      this.#plain.set(topic, all.set(n, all.size))
    } else {
      const key = `${topic} ${position.epoch}`
      const all = this.#kept.get(key) ?? []
      all[position.offset] = { n, except: about.x?.[0] ?? [] }
      this.#kept.set(key, all)
    }
  }
}

function numberOf({ c }: EventAbout, parts: readonly unknown[]): number {
  const frame = JSON.parse(parts[c.indexOf(jsonCodec.name)] as string) as [string, { data: number }]
  return frame[1].data
}
