import { type Payload, WSE_ERROR, WseError } from '@wse/protocol'
import {
  checkTopic,
  type Found,
  isThenable,
  MOST_TOPICS,
  parseSetPresence,
  parseSubscribe,
  parseUnsubscribe,
  type RunningCall,
  type Subscribe,
  type Subscribed,
} from '@wse/protocol/internal'
import { Subscribing as Context } from './contexts.js'
import type { TopicDefinition } from './definition.js'
import { forbidden, full, unknown } from './errors.js'
import { tellEnded } from './tell-ended.js'
import { joinedOf, type Member, type Pending, type Subscriber, type Topic } from './topic.js'
import type { TopicRules } from './topic-rules.js'
import type { Topics } from './topics.js'
import { welcome } from './welcome.js'

/** What subscribing needs of its server. */
export interface SubscribingParts {
  readonly topics: Topics
  readonly rules: TopicRules
  /** Subscriptions a device may have. */
  readonly most: number
}

/** What becomes of one subscription that is asked for. */
interface Decision {
  /** There once all was said that goes before it. */
  readonly answer: Subscribed | Promise<Subscribed>
  /** Null for one that is refused. */
  readonly member: Member | null
}

interface Decided extends Decision {
  readonly answer: Subscribed
}

/** A subscription that `authorize` has said something about. */
interface Judged {
  readonly found: Found<TopicDefinition>
  readonly context: Context
  readonly call: RunningCall
  readonly allowed: unknown
}

/** Answers what clients ask of their subscriptions. */
export class Subscribing {
  readonly #parts: SubscribingParts

  constructor(parts: SubscribingParts) {
    this.#parts = parts
  }

  /** Answers `~wse:subscribe`: each on its own, all of them together. @throws {WseError} `INVALID_PAYLOAD` */
  subscribe(session: Subscriber, payload: Payload, call: RunningCall): Subscribed[] | Promise<Subscribed[]> {
    const wanted = parseSubscribe(payload)
    if (wanted === null) throw malformed('takes a list of topics')
    // To refuse them one by one would cost a second for what fits into a frame.
    const most = Math.max(this.#parts.most, MOST_TOPICS)
    if (wanted.length > most) throw malformed(`takes up to ${most} topics at once`)
    const byTopic = new Map<string, Decision | Promise<Decision>>()
    const decisions = wanted.map((one) => {
      // Asked for twice, it would be told twice what is on it: one list could ask for all of a history a thousand times.
      const decision = byTopic.get(one.topic) ?? this.#one(session, one, call)
      byTopic.set(one.topic, decision)
      return decision
    })
    if (decisions.every(isDecided)) return decisions.map(answerOf)
    return Promise.all(decisions.map(decided)).then((all) => {
      const answers = all.map(answerOf)
      call.onAnswer = () => endAgain(session, all, answers)
      return answers
    })
  }

  /** Answers `~wse:unsubscribe`. @throws {WseError} `INVALID_PAYLOAD` */
  unsubscribe({ joined }: Subscriber, payload: Payload): null {
    const names = parseUnsubscribe(payload)
    if (names === null) throw malformed('takes a list of names')
    for (const name of names) {
      for (const pending of joined?.pending ?? []) if (pending.topic === name) pending.refusal ??= forbidden(name)
      const member = joined?.members.get(name)
      if (member?.byClient) this.#parts.topics.forsake(member)
    }
    return null
  }

  /** Answers `~wse:presence`. @throws {WseError} `INVALID_PAYLOAD`, `TOPIC_FORBIDDEN`, `NOT_SUPPORTED` */
  setPresence(session: Subscriber, payload: Payload): null {
    const wanted = parseSetPresence(payload)
    if (wanted === null) throw malformed('takes a topic and a state')
    const { topic: name, state } = wanted
    const { joined, cid, conn_id } = session
    const member = joined?.members.get(name)
    if (!member?.byClient) throw forbidden(name)
    const { topic } = member
    if (topic.presence === null)
      throw new WseError(WSE_ERROR.NOT_SUPPORTED, { topic: name }, { message: `${name} has no presence` })
    topic.presence.set(cid, conn_id, this.#parts.rules.state(topic.definition as TopicDefinition, state, session))
    this.#parts.topics.news.of(topic)
    return null
  }

  /** Never throws, nor rejects: what goes wrong with one subscription is its answer. */
  #one(session: Subscriber, wanted: Subscribe, call: RunningCall): Decision | Promise<Decision> {
    const { rules } = this.#parts
    const failed = (thrown: unknown): Decision => ({
      answer: { error: rules.told(thrown, session, wanted.topic) },
      member: null,
    })
    try {
      const decision = this.#subscribe(session, wanted, call)
      return isThenable(decision) ? Promise.resolve(decision).catch(failed) : decision
    } catch (thrown) {
      return failed(thrown)
    }
  }

  #subscribe(session: Subscriber, wanted: Subscribe, call: RunningCall): Decision | PromiseLike<Decision> {
    const { topics, rules } = this.#parts
    const { topic: name, state } = wanted
    const { members } = joinedOf(session)
    const member = members.get(name)
    // Again: it was let in, and wants to know how things stand.
    if (member?.byClient) {
      const again = rules.state(member.topic.definition as TopicDefinition, state, session)
      return { answer: welcome(member, wanted, { topics, state: again, call }), member }
    }
    checkTopic(name)
    const found = topics.definitionOf(name)
    if (found === null) throw unknown(name)
    this.#refuseBeyond(session, name, found.value)
    rules.fitting(found.value, state, session)
    const context = new Context(
      {
        conn: session.conn,
        topic: name,
        template: found.value.template,
        params: found.params,
        clock: topics.clock,
        call,
      },
      state,
    )
    const judged = { found, context, call, allowed: rules.authorize(found.value, context) }
    if (isThenable(judged.allowed)) return this.#later(session, wanted, judged, judged.allowed)
    return this.#enter(session, wanted, judged)
  }

  /** It is decided on once that has come which it waits for, unless it is not to be any more. */
  async #later(
    session: Subscriber,
    wanted: Subscribe,
    judged: Judged,
    allowed: PromiseLike<unknown>,
  ): Promise<Decision> {
    const pending = this.#pend(session, wanted.topic, judged.call)
    const late = await Promise.resolve(allowed).finally(pending.settle)
    if (pending.refusal !== null) throw pending.refusal
    return this.#enter(session, wanted, { ...judged, allowed: late })
  }

  /** Lets it in as soon as all is known here that it will be told of the topic. */
  #enter(session: Subscriber, wanted: Subscribe, judged: Judged): Decision | PromiseLike<Decision> {
    const { topics } = this.#parts
    const topic = judged.allowed === true ? topics.await(wanted.topic, judged.found, wanted.since) : null
    if (topic === null) return this.#join(session, wanted, judged)
    return this.#whenReady(session, wanted, judged, topic).finally(() => topics.letGo(topic))
  }

  async #whenReady(session: Subscriber, wanted: Subscribe, judged: Judged, topic: Topic): Promise<Decision> {
    const pending = this.#pend(session, wanted.topic, judged.call)
    await topic.replica?.ready
    pending.settle()
    if (pending.refusal !== null) throw pending.refusal
    return this.#join(session, wanted, judged)
  }

  #join(session: Subscriber, wanted: Subscribe, { found, context, call, allowed }: Judged): Decision {
    const { topics, rules } = this.#parts
    const { topic: name } = wanted
    if (allowed !== true || session.state === 'closed') throw forbidden(name)
    const isNew = !session.joined?.members.get(name)?.byClient
    // Others may have come while it was decided.
    if (isNew) this.#refuseBeyond(session, name, found.value)
    const given = found.value.guard === null ? context.payload : wanted.state
    const state = rules.fitting(found.value, given, session)
    const member = topics.join(session, name, found)
    const answer = welcome(member, wanted, { topics, state, call })
    if (isNew) topics.joined(member)
    return { answer, member }
  }

  #refuseBeyond(session: Subscriber, name: string, { members }: TopicDefinition): void {
    const { topics, most } = this.#parts
    if ((session.joined?.asked ?? 0) >= most) throw full(name, most)
    const topic = topics.get(name)
    if (topic !== undefined && topic.members.size >= members && !topic.members.has(session)) throw full(name, members)
  }

  /** Notes that a subscription is being decided on: until it is, or nobody wants it any more. */
  #pend(session: Subscriber, topic: string, call: RunningCall): Pending {
    const { pending } = joinedOf(session)
    const all = this.#parts.topics.pending
    const one: Pending = {
      session,
      topic,
      refusal: null,
      settle() {
        pending.delete(one)
        all.delete(one)
        call.signal.removeEventListener('abort', giveUp)
      },
    }
    const giveUp = () => {
      one.refusal ??= forbidden(topic)
      one.settle()
    }
    call.signal.addEventListener('abort', giveUp)
    pending.add(one)
    all.add(one)
    return one
  }
}

const isDecided = (decision: Decision | Promise<Decision>): decision is Decided =>
  !isThenable(decision) && !isThenable(decision.answer)

async function decided(one: Decision | Promise<Decision>): Promise<Decided> {
  const { answer, member } = await one
  return { answer: await answer, member }
}

/** Others of its list took their time, or a listener was told of it: it may have been kicked meanwhile. */
function answerOf({ answer, member }: Decided): Subscribed {
  return member === null || member.kicked === null ? answer : { error: member.kicked }
}

/** Who was kicked while the answer was on its way out was told before it, and takes that for another subscription's end. */
function endAgain(session: Subscriber, all: readonly Decided[], answers: readonly Subscribed[]): void {
  for (const [at, { member }] of all.entries()) {
    if (!member?.kicked || answers[at]?.error !== undefined) continue
    tellEnded(session, member.topic.name, member.kicked)
  }
}

const malformed = (takes: string) => new WseError(WSE_ERROR.INVALID_PAYLOAD, {}, { message: takes })
