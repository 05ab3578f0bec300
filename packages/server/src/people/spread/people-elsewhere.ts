import type { AbortSignalLike, CallOptions, Data, Payload } from '@wse/protocol'
import type { NodeId, Subject } from '@wse/protocol/backplane'
import { bytesOf, cancelled, FRAME, invalidOption, LONGEST_TIMER, timeoutOf } from '@wse/protocol/internal'
import type { NodeAnswers } from '../../backplane/answers.js'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import { LETTER, type Letter } from '../../backplane/letter.js'
import { encodeForAll } from '../../backplane/relayed.js'
import { userOf } from '../../backplane/subjects.js'
import type { Cid } from '../cid.js'
import { matches } from '../matches.js'
import type { DeviceInfo } from '../member.js'
import type { Said } from '../tell.js'
import {
  type CallAbout,
  type EncodedEvent,
  PEOPLE,
  type ResultElsewhere,
  type SayAbout,
  type ToldElsewhere,
} from './abouts.js'
import { type CallsElsewhere, type DeviceElsewhere, MemberElsewhere } from './member-elsewhere.js'
import { isMeant, lettersTo, type Scope } from './scope.js'

/** Clients on their way to this server. */
export interface Newcomers {
  readonly size: number
  /** This server has said something to people of all servers. */
  ownSaid(arrival: Arrival): void
  /** Devices of a user that are on their way from another server: they get what is said meanwhile. */
  arriving(cid: Cid): readonly string[]
}

/** How it is asked who is there. */
export interface FindOptions {
  /** Milliseconds other servers have to answer. @default 5_000 */
  readonly timeout?: number | undefined
  /** Each of them gives it up; what has come until then is given. @default none */
  readonly signals?: readonly AbortSignalLike[] | undefined
}

/** Who is on other servers. */
export interface FoundElsewhere {
  readonly members: readonly MemberElsewhere[]
  /** Users of whom not all have told who were asked. */
  readonly silent: readonly Cid[]
}

/** Milliseconds other servers have to answer what they know by themselves. */
export const ANSWER_WITHIN = 5_000

/** How much longer than the call itself its answer may take between servers, in ms. */
const ON_ITS_WAY = 1_000

/** What is asked on one subject. */
interface Asked {
  readonly subject: Subject
  readonly answers: Promise<NodeAnswers>
}

/** People on other servers: what is said to them, asked of them, and done about them. */
export class PeopleElsewhere implements CallsElsewhere {
  readonly #cluster: Cluster
  /** Time-out of calls to clients, in ms. */
  readonly #timeout: number
  /** Those who are on the way here: they are neither here nor elsewhere, and have to hear what is said all the same. */
  newcomers: Newcomers | null = null

  constructor(cluster: Cluster, timeout: number) {
    this.#cluster = cluster
    this.#timeout = timeout
  }

  /** Milliseconds on the clock of this server. */
  get now(): number {
    return this.#cluster.clock.now()
  }

  /** What the `meta` of those who are meant has, as it travels. @throws {WseError} what cannot travel as it is */
  written(meta: object): string {
    const { values } = this.#cluster
    const text = values.writeText(meta)
    const read = values.readText(text)
    // What arrives as something else would be compared to something else, and others would be meant.
    if (matches(read, meta) && matches(meta, read)) return text
    throw invalidOption('target.where', 'takes what the protocol of the servers can say')
  }

  /** Says something to those who are meant. @throws {WseError} what cannot be encoded */
  say(scope: Scope, said: Said): void {
    const { about, frames } = this.#encoded(said)
    for (const [subject, whom] of lettersTo(scope)) this.#write(subject, LETTER.SAY, { ...about, ...whom }, frames)
  }

  /** The same, to be told what became of it. Never rejects. @throws {WseError} what cannot be encoded */
  report(scope: Scope, said: Said): Promise<ToldElsewhere> {
    const { about, frames } = this.#encoded(said)
    const { backplane, node } = this.#cluster
    const arriving: ResultElsewhere[] = []
    const asked = lettersTo(scope).map(([subject, whom]) => {
      const whole = { ...about, ...whom }
      const asked = this.#ask(subject, PEOPLE.SAY, whole, frames)
      if (this.#isAnybodyComing) {
        const seq = backplane.cursor(subject)[node] ?? 0
        this.#toNewcomers(subject, seq, { kind: LETTER.SAY, about: whole, parts: frames })
        arriving.push(...this.#arriving(userOf(subject), whole))
      }
      return asked
    })
    return told(asked, arriving)
  }

  /** Publishes an event to those who are meant and on the topic. Never rejects. @throws {WseError} what cannot be encoded */
  publish(scope: Scope, { about, frames }: EncodedEvent): Promise<ToldElsewhere> {
    const letters = lettersTo(scope)
    return told(
      letters.map(([subject, whom]) => this.#ask(subject, PEOPLE.EVENT, { ...about, ...whom }, frames)),
      [],
    )
  }

  /** Closes the devices of those who are meant. */
  close(scope: Scope, code: number, reason: string): void {
    for (const [subject, whom] of lettersTo(scope)) this.#write(subject, LETTER.CLOSE, { code, reason, ...whom }, [])
  }

  /** The devices of those who are meant, as far as they were told of in time. Never rejects. */
  async devices(scope: Scope, options?: FindOptions): Promise<readonly MemberElsewhere[]> {
    return (await this.find(scope, options)).members
  }

  /** The same, and of whom not all was told. Never rejects. */
  async find(scope: Scope, options?: FindOptions): Promise<FoundElsewhere> {
    const asked = lettersTo(scope).map(([subject, whom]) => this.#ask(subject, PEOPLE.DEVICES, whom, [], options))
    const { answers, silent } = await gathered(asked)
    const { values } = this.#cluster
    const members = answers.flatMap(({ node, frames }) =>
      frames.map((frame) => new MemberElsewhere(values.read(frame) as DeviceElsewhere, node, this)),
    )
    return { members, silent }
  }

  /** Milliseconds a call to a client has; 0 for no end. @throws {WseError} `RP_TIMEOUT` if that has passed */
  timeoutOf(rp: string, options: CallOptions): number {
    return timeoutOf(rp, options, this.#timeout, this.now)
  }

  /** Calls a procedure of a device. @throws {WseError} (by rejection) as `conn.call` */
  async call(node: NodeId, device: DeviceInfo, rp: string, payload: Payload, options: CallOptions): Promise<Payload> {
    const { cid, conn_id } = device
    const { idempotent, within } = options
    const signals = signalsOf(options)
    const aborted = signals.find((signal) => signal.aborted)
    if (aborted !== undefined) throw cancelled(rp, aborted, 'not-sent')
    const timeout = this.timeoutOf(rp, options)
    const isOwn = options.timeout !== undefined || within !== undefined
    const own = isOwn ? timeout : undefined
    const about: CallAbout = { cid, conn_id, rp, timeout: own, idempotent, trace: options.trace ?? within?.trace }
    const { value } = await this.#cluster.asks.askNode(node, PEOPLE.CALL, about, {
      timeout: timeout === 0 ? LONGEST_TIMER : Math.min(timeout + ON_ITS_WAY, LONGEST_TIMER),
      signals,
      frames: [this.#cluster.values.write(payload)],
      name: rp,
    })
    return value
  }

  /** Users on their way here are told as well, so that this is what becomes of it for them. */
  #arriving(cid: Cid | null, whom: SayAbout): ResultElsewhere[] {
    if (cid === null || this.newcomers === null) return []
    const coming = this.newcomers.arriving(cid).filter((conn_id) => isMeant(cid, conn_id, whom))
    return coming.map((conn_id) => [cid, conn_id, 'queued'])
  }

  #ask(
    subject: Subject,
    question: string,
    about: object,
    frames: readonly Data[],
    { timeout = ANSWER_WITHIN, signals }: FindOptions = {},
  ): Asked {
    return { subject, answers: this.#cluster.asks.ask(subject, question, about, { timeout, signals, frames }) }
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

/** What gives a call up: its own signal, and the end of the call it is made for. */
export function signalsOf({ signal, within }: CallOptions): readonly AbortSignalLike[] {
  return [signal, within?.signal].filter((one) => one !== undefined)
}

const volatile = (type: string, payload: Payload) => (payload === undefined ? [type] : [type, payload])

/** What was answered, and the users of whom not all have answered who were asked. */
async function gathered(asked: readonly Asked[]) {
  const all = await Promise.all(asked.map(({ answers }) => answers))
  const isWhole = (at: number) => all[at]?.missing === 0 && all[at].failures.length === 0
  const silent = asked.flatMap(({ subject }, at) => (isWhole(at) ? [] : (userOf(subject) ?? [])))
  return { answers: all.flatMap(({ answers }) => answers), silent }
}

/** What became of something. `known`: what is known already. */
async function told(asked: readonly Asked[], known: readonly ResultElsewhere[]): Promise<ToldElsewhere> {
  const { answers, silent } = await gathered(asked)
  return { results: [...known, ...answers.flatMap(({ value }) => value as ResultElsewhere[])], silent }
}
