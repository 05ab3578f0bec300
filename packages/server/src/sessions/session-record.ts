import { WSE_CLOSE } from '@wse/protocol'
import type { Line } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import type { DeviceFacts } from '../people/device.js'
import type { Joined } from '../topics/topic.js'
import type { SessionBirth } from './session-host.js'
import type { SessionTokens } from './tokens.js'

/** The end of a link of which nothing is known. */
const LOST = [WSE_CLOSE.ABNORMAL, ''] as const

/** What is known of a session, beside what it does. */
export abstract class SessionRecord {
  readonly conn_id: string
  readonly cid: Cid
  readonly anonymous: boolean
  readonly instance: string | undefined
  facts: DeviceFacts
  /** `attempt` of the last hi. */
  attempt: number
  tokens: SessionTokens | null = null
  latency: number | null = null
  state: 'live' | 'suspended' | 'closed' = 'live'
  /** How many servers it was at before. */
  stay = 0
  /** Whether it has come from another server, and its client may not know yet. */
  hasMoved = false
  /** Whether it comes from another server just now, with its client. */
  isArriving = false
  /** Whether it waited for too long; its end is about to be told. */
  overdue = false
  /** Whether its authorisation ran out and was not renewed. */
  expired = false
  line: Line | null = null
  /** What it is subscribed to; null if that was never anything. */
  joined: Joined | null = null
  lastActed = 0
  /** Pings that went out on this link, and were not answered yet. */
  unanswered = 0
  /** How the last link ended. */
  lastClose: readonly [code: number, reason: string] = LOST

  constructor({ conn_id, cid, anonymous, instance, attempt, facts }: Omit<SessionBirth, 'codec' | 'keeps'>) {
    this.conn_id = conn_id
    this.cid = cid
    this.anonymous = anonymous
    this.instance = instance
    this.attempt = attempt ?? 0
    this.facts = facts
  }
}
