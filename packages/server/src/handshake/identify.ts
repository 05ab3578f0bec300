import type { Payload, TransportRequest } from '@wse/protocol'
import { count, duration } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import type { Challenge, Introduction } from './machine.js'

/** How a client is let in. */
export interface AcceptOptions {
  /** Milliseconds until the authorisation ends; the client is asked to renew it 30 s before. @default never */
  expires?: number | undefined
  /** Devices this user may have at once; counts when this one comes in. @default `connPerUser` of the server */
  devices?: number | undefined
}

/** What `identify` is given. */
export interface IdentifyContext {
  /** What the client passed to `connect(identity)`: anything, from anyone. */
  readonly identity: Payload
  /** What the client says about itself; no credentials. */
  readonly meta: Payload
  /** Lets the client in as user `cid`; `welcome` is what its `connect()` resolves to. A falsy `cid` refuses it. */
  accept(cid: Cid | false | null | undefined, welcome?: Payload, options?: AcceptOptions): void
  /** Sends the client away for good: its `connect()` rejects with `NOT_AUTHORIZED`. */
  refuse(): void
  /** The quest and the client's answer, after `useChallenge`. */
  readonly challenge: Challenge | null
  /** The `conn_id` a new connection will have. */
  readonly id: string
  /** The request behind the link: headers, url, address. */
  readonly request: TransportRequest
  /** Whose session the client wants back, where its token is good; no proof of who the client is. */
  readonly resume: { readonly cid: Cid } | null
  /** Whether a live connection renews its authorisation: then only the same `cid` may be accepted. */
  readonly refresh: boolean
}

/**
 * Says who a client is, by calling `accept` or `refuse` once, at once or later. What it throws or rejects with, or
 * answering too late, is the server's fault: the client is asked to try again (4009), never refused.
 *
 * @example
 * const identify = async ({ identity, accept, refuse }) => {
 *   const user = await users.byToken(identity)
 *   user ? accept(user.id, { name: user.name }) : refuse()
 * }
 */
export type Identify = (context: IdentifyContext) => unknown

/**
 * Puts a challenge to a client, by calling `quest` once, or `refuse`.
 *
 * @example
 * server.useChallenge((identity, meta, quest) => quest({ nonce: randomUUID() }))
 */
export type ChallengeGenerator = (
  identity: Payload,
  meta: Payload,
  quest: (quest: Payload) => void,
  refuse: () => void,
) => unknown

/** Reads `expires`; undefined for never. @throws {WseError} `INVALID_OPTION` */
export function checkExpires(options: AcceptOptions | undefined): number | undefined {
  const { expires } = options ?? {}
  return expires === undefined ? undefined : duration(0)('expires', expires)
}

const devicesOption = count(1)

/** Reads `devices`; undefined for as many as anybody. @throws {WseError} `INVALID_OPTION` */
export function checkDevices(options: AcceptOptions | undefined): number | undefined {
  const { devices } = options ?? {}
  return devices === undefined ? undefined : devicesOption('devices', devices)
}

/** `accept`, told as whom the client has introduced itself. */
export type Accept = (...args: [...Parameters<IdentifyContext['accept']>, introduction?: Introduction]) => void
