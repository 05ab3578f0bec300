import type { Reset, TopicPosition, WseError } from '@wse/client'
import type { WseConnection, WseServer } from '@wse/server'
import type { Who } from './plan.js'
import type { Following, Published, TopicName } from './topic-facts.js'

/** A message the client was allowed to send, or a call it made. */
export interface Said {
  readonly n: number
  readonly kind: 'message' | 'state' | 'call'
  /** How often it reached a server: was heard, or ran. */
  heard: number
  /** What became of a call. */
  outcome: 'pending' | 'resolved' | WseError
  /** Left on purpose before it could arrive, or a newer one of its key was said: nobody promised anything. */
  excused: boolean
}

/** What happened on one connection of the client, as its server saw it. */
export interface ConnLog {
  readonly server: WseServer
  readonly conn: WseConnection
  /** Numbers of the client's frames it took, in order. */
  readonly took: number[]
  /** What it was given to send, and was accepted. */
  readonly gave: Said[]
  /** Numbers the client got of it, in order. */
  readonly arrived: number[]
  /** Of what only the newest matters, which keeps no order with the rest: what it was given, took, and what arrived. */
  readonly states: { readonly gave: Said[]; readonly took: number[]; readonly arrived: number[] }
  ended: readonly [code: number, reason: string] | null
  reset: Reset | null
}

/** A handler that has not answered. */
export interface Running {
  readonly n: number
  /** Where it runs; null at the client. */
  readonly server: WseServer | null
  finish(fails: boolean): void
}

/** A stream, as its reader saw it. */
export interface Streamed {
  readonly n: number
  /** How many items there are, if nothing happens to it. */
  readonly total: number
  /** What was read, in order: 0, 1, 2 and so on. */
  readonly read: number[]
  /** `open`; `whole`, where it came to its end; `stopped`, where its reader stopped; else why it failed. */
  end: 'open' | 'whole' | 'stopped' | WseError
  /** Where it is read; a server that crashed reads no more. */
  readonly by: WseServer | null
}

/** A call with items, as its caller saw it. */
export interface Upload {
  readonly n: number
  outcome: 'pending' | number | WseError
  readonly by: Who
}

/** Something that was asked of a topic, and what became of it. */
export interface Asked {
  readonly what: string
  /** The subscription by which it was asked; null where that is what was asked for. */
  readonly by: Following | null
  outcome: 'pending' | 'resolved' | WseError
  value: unknown
}

/** What is known of a case as it goes. */
export class Journal {
  readonly said: Said[] = []
  readonly conns: ConnLog[] = []
  readonly resets: Reset[] = []
  readonly codes: number[] = []
  readonly errors: string[] = []
  readonly problems: string[] = []
  readonly running: { client: Running[]; server: Running[] } = { client: [], server: [] }
  /** What was done that justifies that a session ends. */
  readonly done = new Set<string>()
  /** What thieves were told. */
  readonly stolen = new Set<string>()
  /** Resets told since the last READY. */
  told = 0
  hadSession = false
  /** Frames of streams, by either end. */
  items = 0
  readonly streams: Streamed[] = []
  readonly uploads: Upload[] = []
  readonly followers: Following[] = []
  readonly asked: Asked[] = []
  /** What all servers published, in order. */
  readonly published: Published[] = []
  readonly publishes: { readonly n: number; readonly topic: TopicName; readonly asked: Asked }[] = []
  /** The last that was published under a key, by whose that is. */
  readonly keyed = new Map<string, number>()
  /** Positions the application keeps of subscriptions that ended. */
  readonly stored = new Map<TopicName, TopicPosition>()
  /** What the client said last of itself. */
  readonly states = new Map<TopicName, { readonly state: number; readonly asked: Asked }>()
  /** Reasons of gaps. */
  readonly gaps: string[] = []
  /** When connections lost their links. */
  readonly suspended = new Map<WseConnection, number>()
  /** Servers that are closing, or have: what their handlers publish then is on no topic. */
  readonly closing = new Set<WseServer>()
  /** Sessions of the client so far. */
  sessions = 0
  cuts = 0
  resumes = 0
  /** Messages reported as never sent without a session. */
  unsent = 0
  time = 0
  #next = 0

  /** The next number; each is said once, by either end. */
  next(): number {
    return ++this.#next
  }

  problem(what: string): void {
    this.problems.push(what)
  }

  publishedOn(server: WseServer, topic: TopicName): Published[] {
    return this.published.filter((event) => event.server === server && event.topic === topic)
  }

  log(conn: WseConnection): ConnLog | undefined {
    return this.conns.find((log) => log.conn === conn)
  }
}
