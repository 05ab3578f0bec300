import type { Member } from '../../people/member.js'
import type { Arrived } from '../moving/state.js'
import type { Verdict } from '../sessions.js'
import type { DeviceOf } from './entry.js'

/** What a newcomer brings to a server of several, beside what it says itself. */
export interface Entrance {
  /** Whether the session it wants back is here: there is nothing else to be known then. */
  readonly stands: boolean
  /** Other devices of its user on any server, oldest first; its own of before is not among them. */
  readonly others: readonly DeviceOf[]
  /** The same devices as far as they are on other servers, with all that is known of them; where that is asked for. */
  readonly described: readonly Member[]
  /** Devices of the same client, which it replaces. */
  readonly replaced: readonly DeviceOf[]
  /** What the server says that has, or had, its session; null where it is for this one to say. */
  readonly verdict: Exclude<Verdict, { is: 'resumed' }> | null
  /** Its session, from another server; null if that is, or stays, elsewhere. */
  readonly arrived: Arrived | null
  /** It is in: what was said to its user meanwhile. */
  settle(): void
  /** It is not to be: nothing of it remains. */
  undo(): void
}
