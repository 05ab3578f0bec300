/**
 * The session, broken in one place each, as others broke theirs. The model must find every one of them: a test of the
 * test. `from` stands exactly once in `file`.
 */
export const mutants = [
  {
    name: 'the old link is not fenced',
    file: 'packages/server/src/sessions/reception.ts',
    from: '    session.fence()\n',
    to: '',
  },
  {
    name: 'a token can be used once only, though the answer may be lost',
    file: 'packages/server/src/sessions/tokens.ts',
    from: 'if (old !== null && old !== previous) this.#retire(session, old)',
    to: 'if (old !== null) this.#retire(session, old)',
  },
  {
    name: 'a full ring is not told',
    file: 'packages/protocol/src/session/ledger.ts',
    from: '    if (offer.received < this.first - 1) return WSE_RESET.SERVER_BUFFER\n',
    to: '',
  },
  {
    name: 'everything that is held is sent again',
    file: 'packages/protocol/src/session/session.ts',
    from: `    this.positions.acknowledge(received)
    for (const data of this.positions.after(received)) link.writeShared({ data })`,
    to: '    for (const data of this.positions.after(0)) link.writeShared({ data })',
  },
  {
    name: 'what is new goes out before what is sent again (SignalR)',
    file: 'packages/protocol/src/session/session.ts',
    from: `    for (const data of this.positions.after(received)) link.writeShared({ data })
    link.join()`,
    to: `    const again = this.positions.after(received)
    Promise.resolve().then(() => { for (const data of again) link.write(data) })
    link.join()`,
  },
  {
    name: 'a token that was replaced ends the session it was of',
    file: 'packages/server/src/sessions/sessions.ts',
    from: 'replaces: untouched ? undefined : standing',
    to: 'replaces: why === WSE_RESET.TOKEN_REUSED ? candidate : standing',
  },
  {
    name: 'attempts are not counted',
    file: 'packages/server/src/sessions/sessions.ts',
    from: 'return attempt !== undefined && last !== undefined && attempt <= last',
    to: 'return attempt !== undefined && last !== undefined && attempt < 0',
  },
  {
    name: 'the token of an ended session is honoured',
    file: 'packages/server/src/sessions/sessions.ts',
    from: 'const hashes = this.#tokens.drop(session)',
    to: 'const hashes: string[] = []',
  },
  {
    name: 'a session given up comes back',
    file: 'packages/client/src/session/client-session.ts',
    from: '    if (this.#token !== resume?.token) return [WSE_CLOSE.NORMAL, WSE_RESET.QUEUE_FULL]\n',
    to: '',
  },
  {
    name: 'whose session it is does not matter',
    file: 'packages/server/src/sessions/resume.ts',
    from: '  if (candidate.cid !== claimant(claim)) return WSE_RESET.IDENTITY_MISMATCH\n',
    to: '',
  },
  {
    name: 'what may have arrived is sent to the next session',
    file: 'packages/protocol/src/session/remains.ts',
    from: 'const unsent = received === null ? queued : [',
    to: 'const unsent = [',
  },
  {
    name: 'an acknowledgement is taken for one more',
    file: 'packages/protocol/src/session/ledger.ts',
    from: 'this.#ring?.forget(position)',
    to: 'this.#ring?.forget(position + 1)',
  },
  {
    name: 'one path does not count (SignalR behind Redis)',
    file: 'packages/protocol/src/session/session.ts',
    from: `this.#count(link, type, data)
      return this.#given(type, link.writeShared(frame, options))`,
    to: 'return link.writeShared(frame, options)',
  },
  {
    name: 'answers are refused where messages are',
    file: 'packages/protocol/src/session/queue.ts',
    from: 'if (refuseBeyond !== null && !isAnswer(waiting.type) && !fits',
    to: 'if (refuseBeyond !== null && !fits',
  },
  {
    name: 'what is held back is forgotten with its link',
    file: 'packages/protocol/src/session/queue.ts',
    from: 'held !== undefined; held = this.#backlog.shift()) this.#outbox.push(held)',
    to: 'held !== undefined; held = this.#backlog.shift());',
  },
  {
    name: 'an older state takes the place of a newer one',
    file: 'packages/protocol/src/session/backlog.ts',
    from: "const LATEST: QueuePolicy = { frames: 1, overflow: 'drop-oldest' }",
    to: "const LATEST: QueuePolicy = { frames: 1, overflow: 'drop-newest' }",
  },
  {
    name: 'items are joined with others, and lose their size',
    file: 'packages/protocol/src/session/session.ts',
    from: 'type === FRAME.ITEM ? link.writeShared({ data }) : link',
    to: 'link',
  },
  {
    name: 'a stream that waits for room hears nothing of what a ping acknowledges',
    file: 'packages/protocol/src/session/account.ts',
    from: '    this.owner.acknowledged?.()\n    return true',
    to: '    return true',
  },
  {
    name: 'a stream does not wait for room',
    file: 'packages/protocol/src/streams/outlet.ts',
    from: 'if (this.#port.room()) return true',
    to: 'return true',
  },
  {
    name: 'the first event that was missed is not told again',
    file: 'packages/server/src/topics/history.ts',
    from: 'recovered ? this.#from(offset + 1) : []',
    to: 'recovered ? this.#from(offset + 2) : []',
  },
  {
    name: 'offsets of another history are taken for those of this one',
    file: 'packages/server/src/topics/history.ts',
    from: 'epoch === this.epoch && reaches',
    to: 'reaches',
  },
  {
    name: 'a key names nothing',
    file: 'packages/server/src/topics/history.ts',
    from: 'return key === undefined ? undefined : this.#keys.get(key)',
    to: 'return undefined',
  },
  {
    name: 'an event that comes twice is told twice',
    file: 'packages/client/src/topics/sequence.ts',
    from: 'if (offset <= position.offset) return\n',
    to: 'if (offset <= position.offset) return this.#tell(event, position, replayed)\n',
  },
  {
    name: 'an event of a link is counted',
    file: 'packages/protocol/src/frames/event.ts',
    from: 'return offset === undefined && volatile !== true',
    to: 'return volatile !== true',
  },
  {
    name: 'a new session is not asked for what goes on by itself in an old one',
    file: 'packages/client/src/topics/feed.ts',
    from: 'const goesOn = resumed && this.live',
    to: 'const goesOn = this.live',
  },
  {
    name: 'what the session before brought is not told to be cut off',
    file: 'packages/client/src/topics/recovery.ts',
    from: "return cut ? { reason: 'session' } : null",
    to: 'return null',
  },
  {
    name: 'who waits for a subscription that is left waits for ever',
    file: 'packages/client/src/topics/topics.ts',
    from: '    feed.abandon(over(null))\n',
    to: '',
  },
  {
    name: 'whose session has ended is still there',
    file: 'packages/server/src/topics/topics.ts',
    from: '    session.joined?.members.delete(topic.name)\n    this.#absent(member)\n',
    to: '    session.joined?.members.delete(topic.name)\n',
  },
  {
    name: 'who has gone meanwhile is still there after coming back',
    file: 'packages/client/src/topics/attendance.ts',
    from: 'if (whole && isAsked) this.#next = new Roster()',
    to: 'if (whole && isAsked) this.#next = this.#roster',
  },
  {
    name: 'a device that has a link again is still away',
    file: 'packages/server/src/topics/presence-news.ts',
    from: '      this.#leaving.delete(member)\n      this.#set(member, false)\n',
    to: '      this.#leaving.delete(member)\n',
  },
]
