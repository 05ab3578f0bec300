import type { Watch } from './watch.js'

/** What a transport can do beyond what every one must. */
export interface TransportCapabilities {
  /** After `terminate` both ends see 1006. A browser cannot end a WebSocket without a handshake. @default true */
  readonly terminate?: boolean | undefined
  /** Has `ping` and `onPong`. @default true */
  readonly ping?: boolean | undefined
  /** Has `pause` and `resume`. @default true */
  readonly pause?: boolean | undefined
  /** Has `cork` and `uncork`. @default true */
  readonly cork?: boolean | undefined
  /** `bufferedAmount` grows while the other end does not read, and `onDrain` tells when it is 0 again. @default true */
  readonly drain?: boolean | undefined
}

/** A link for one case: what `near` writes, `far` reads. Both are open. */
export interface Link {
  readonly near: Watch
  readonly far: Watch
}

/** One rule of the contract and how to try it. */
export interface TransportCase {
  /** The rule, as a sentence. */
  readonly name: string
  /** What a transport must be able to do for this case to make sense. */
  readonly needs?: readonly (keyof TransportCapabilities)[]
  /** Rejects if the rule is broken. */
  run(link: Link): Promise<void>
}
