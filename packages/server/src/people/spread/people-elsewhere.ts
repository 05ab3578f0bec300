import type { CallOptions, Data, Payload } from '@wse/protocol'
import type { NodeId, Subject } from '@wse/protocol/backplane'
import { bytesOf, FRAME, LONGEST_TIMER, onAbort } from '@wse/protocol/internal'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import { LETTER, type Letter } from '../../backplane/letter.js'
import { encodeForAll } from '../../backplane/relayed.js'
import type { Cid } from '../cid.js'
import type { DeviceInfo, Member } from '../member.js'
import type { Said } from '../tell.js'
import { type CallAbout, type EncodedEvent, PEOPLE, type ResultElsewhere, type SayAbout } from './abouts.js'
import { lettersTo, type Scope } from './scope.js'

/** A device of another server, as that describes it. */
export interface DeviceElsewhere {
  readonly info: DeviceInfo
  /** Milliseconds since it acted last. */
  readonly idle: number
}

/** Clients on their way to this server. */
export interface Newcomers {
  readonly size: number
  /** This server has said something to people of all servers. */
  ownSaid(arrival: Arrival): void
}

/** Milliseconds other servers have to answer what they know by themselves. */
const ANSWER_WITHIN = 5_000

/** How much longer than the call itself its answer may take between servers, in ms. */
const ON_ITS_WAY = 1_000

/** People on other servers: what is said to them, asked of them, and done about them. */
export class PeopleElsewhere {
  readonly #cluster: Cluster
  /** Time-out of calls to clients, in ms. */
  readonly #timeout: number
  /** Those who are on the way here: they are neither here nor elsewhere, and have to hear what is said all the same. */
  newcomers: Newcomers | null = null

  constructor(cluster: Cluster, timeout: number) {
    this.#cluster = cluster
    this.#timeout = timeout
  }

  /** Says something to those who are meant. @throws {WseError} what cannot be encoded */
  say(scope: Scope, said: Said): void {
    const { about, frames } = this.#encoded(said)
    for (const [subject, whom] of lettersTo(scope)) this.#write(subject, LETTER.SAY, { ...about, ...whom }, frames)
  }

  /** The same, to be told what became of it. Never rejects. @throws {WseError} what cannot be encoded */
  report(scope: Scope, said: Said): Promise<ResultElsewhere[]> {
    const { about, frames } = this.#encoded(said)
    return this.#ask<ResultElsewhere>(scope, PEOPLE.SAY, about, frames)
  }

  /** Publishes an event to those who are meant and on the topic. Never rejects. @throws {WseError} what cannot be encoded */
  publish(scope: Scope, event: EncodedEvent): Promise<ResultElsewhere[]> {
    const { about, frames } = event
    return this.#ask<ResultElsewhere>(scope, PEOPLE.EVENT, about, frames)
  }

  /** Closes the devices of those who are meant. */
  close(scope: Scope, code: number, reason: string): void {
    for (const [subject, whom] of lettersTo(scope)) this.#write(subject, LETTER.CLOSE, { code, reason, ...whom }, [])
  }

  /** The devices of those who are meant. Never rejects. */
  async devices(scope: Scope): Promise<MemberElsewhere[]> {
    const asked = lettersTo(scope).map(([subject, whom]) =>
      this.#cluster.asks.ask(subject, PEOPLE.DEVICES, whom, { timeout: ANSWER_WITHIN }),
    )
    const answers = (await Promise.all(asked)).flatMap(({ answers }) => answers)
    return answers.flatMap(({ node, value }) =>
      (value as DeviceElsewhere[]).map((device) => new MemberElsewhere(device, node, this)),
    )
  }

  /** Calls a procedure of a device. @throws {WseError} (by rejection) as `conn.call` */
  call(
    node: NodeId,
    { cid, conn_id }: DeviceInfo,
    rp: string,
    payload: Payload,
    options: CallOptions,
  ): Promise<Payload> {
    const { timeout = this.#timeout, signal, idempotent } = options
    const about: CallAbout = { cid, conn_id, rp, payload, timeout, idempotent }
    const within = timeout === 0 ? LONGEST_TIMER : Math.min(timeout + ON_ITS_WAY, LONGEST_TIMER)
    const given = new AbortController()
    const unwatch = signal && onAbort(signal, () => given.abort(signal.reason))
    const asked = this.#cluster.asks.askNode(node, PEOPLE.CALL, about, {
      timeout: within,
      signal: given.signal,
      name: rp,
    })
    return asked.then(({ value }) => value).finally(() => unwatch?.())
  }

  async #ask<Answer>(scope: Scope, question: string, about: object, frames: readonly Data[]): Promise<Answer[]> {
    const { asks, backplane, node } = this.#cluster
    const asked = lettersTo(scope).map(([subject, whom]) => {
      const whole = { ...about, ...whom }
      const answers = asks.ask(subject, question, whole, { timeout: ANSWER_WITHIN, frames })
      if (question === PEOPLE.SAY && this.#isAnybodyComing) {
        const seq = backplane.cursor(subject)[node] ?? 0
        this.#toNewcomers(subject, seq, { kind: LETTER.SAY, about: whole, parts: frames })
      }
      return answers
    })
    return (await Promise.all(asked)).flatMap(({ answers }) => answers.flatMap(({ value }) => value as Answer[]))
  }

  #write(
    subject: Subject,
    kind: typeof LETTER.SAY | typeof LETTER.CLOSE,
    about: object,
    frames: readonly Data[],
  ): void {
    const { interest } = this.#cluster
    interest.whenAttached(subject, () => {
      const seq = this.#cluster.write(subject, kind, about, frames)
      this.#toNewcomers(subject, seq, { kind, about, parts: frames })
    })
  }

  get #isAnybodyComing(): boolean {
    return this.newcomers !== null && this.newcomers.size > 0
  }

  #toNewcomers(subject: Subject, seq: number, letter: Letter): void {
    if (!this.#isAnybodyComing) return
    const { node: from } = this.#cluster
    this.newcomers?.ownSaid({ letter, message: { subject, from, seq, body: '', position: undefined } })
  }

  #encoded({ type, payload, options }: Said): { readonly about: SayAbout; readonly frames: readonly Data[] } {
    const { codecs, limits } = this.#cluster
    const [name, value] = options?.volatile ? [FRAME.VOLATILE, volatile(type, payload)] : [type, payload]
    const { codecs: c, frames } = encodeForAll(codecs, limits, name, value)
    const b = bytesOf(type, payload) === null ? undefined : true
    return { about: { n: type, c, o: options, b }, frames }
  }
}

const volatile = (type: string, payload: Payload) => (payload === undefined ? [type] : [type, payload])

/** A device of another server, as it was when that was asked. */
export class MemberElsewhere implements Member {
  readonly conn_id: string
  readonly cid: Cid
  readonly state: Member['state']
  readonly meta: Payload
  readonly remote_addr: string
  readonly latency: number | null
  readonly age: number
  /** Milliseconds since it acted last. */
  readonly idle: number
  readonly #node: NodeId
  readonly #elsewhere: PeopleElsewhere

  constructor({ info, idle }: DeviceElsewhere, node: NodeId, elsewhere: PeopleElsewhere) {
    this.conn_id = info.conn_id
    this.cid = info.cid
    this.state = info.state
    this.meta = info.meta
    this.remote_addr = info.remote_addr
    this.latency = info.latency
    this.age = info.age
    this.idle = idle
    this.#node = node
    this.#elsewhere = elsewhere
  }

  call(rp: string, payload?: Payload, options: CallOptions = {}): Promise<Payload> {
    return this.#elsewhere.call(this.#node, this, rp, payload, options)
  }
}
