import type { Member } from '../../people/member.js'
import type { Arrived } from '../moving/state.js'
import type { ServerSession } from '../server-session.js'
import type { Verdict } from '../sessions.js'
import type { DeviceOf } from './entry.js'

/** What a newcomer brings to a server of several, beside what it says itself. */
export interface Entrance {
  /** Whether the session it wants back is here: there is nothing else to be known then. */
  readonly stands: boolean
  /** Other devices of its user on any server, oldest first; its own of before is not among them. */
  readonly others: readonly DeviceOf[]
  /** The same devices as far as they are on other servers, with all that is known of them; null where nobody asks for that. */
  readonly described: readonly Member[] | null
  /** Devices of the same client at other servers, which it replaces. */
  readonly replaced: readonly DeviceOf[]
  /** What the server says that has, or had, its session; null where it is for this one to say. */
  readonly verdict: Exclude<Verdict, { is: 'resumed' }> | null
  /** Its session, from another server; null if that is, or stays, elsewhere. */
  readonly arrived: Arrived | null
  /** It is in, by this session, or it is not to be: then nothing of it remains. Once; more does no harm. */
  settle(session: ServerSession | null): void
}
