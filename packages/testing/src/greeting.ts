import { FRAME } from '@wse/protocol/wire'

/** What {@link ScriptedPeer.hi} says; members beyond these travel as they are. */
export interface HiOptions {
  /** Version of the wire spoken. @default 5 */
  readonly version?: 4 | 5 | undefined
  /** What the server identifies the client by. @default none */
  readonly identity?: unknown
  /** What the client says about itself. @default none */
  readonly meta?: unknown
  /** Any other member of `~wse:hi`: `instance`, `keep`, `limit`, `resume` … */
  readonly [member: string]: unknown
}

/** What {@link ScriptedPeer.welcome} says. */
export interface WelcomeOptions {
  /** Version of the wire spoken: 4 sends no `~wse:session`. @default 5 */
  readonly version?: 4 | 5 | undefined
  /** The application's welcome. @default none */
  readonly payload?: unknown
  /** Members of `~wse:session` that differ from a fresh session of client 'someone'. @default none */
  readonly session?: Readonly<Record<string, unknown>> | undefined
}

/** What a server answered to {@link ScriptedPeer.greet}. */
export interface Greeting {
  /** Payload of `~wse:session`; `null` from WSE 4. */
  readonly session: Readonly<Record<string, unknown>> | null
  /** Payload of `~wse:welcome`. */
  readonly welcome: unknown
}

/** The first frame of a client. */
export function hiFrame({ version = 5, ...hi }: HiOptions): readonly unknown[] {
  // WSE 4 writes all three positions.
  return version === 4 ? [FRAME.HI, hi, null] : [FRAME.HI, { v: 5, ...hi }]
}

/** The frames with which a server takes a client in. */
export function welcomeFrames({ version = 5, payload, session }: WelcomeOptions): readonly (readonly unknown[])[] {
  if (version === 4) return [[FRAME.WELCOME, payload ?? null, null]]
  const welcome = payload === undefined ? [FRAME.WELCOME] : [FRAME.WELCOME, payload]
  return [[FRAME.SESSION, { ...FRESH_SESSION, ...session }], welcome]
}

const FRESH_SESSION = Object.freeze({
  v: 5,
  id: 'scripted-session',
  cid: 'someone',
  epoch: 'scripted-epoch',
  resumed: false,
  received: 0,
  limit: 1_048_576,
  timeout: 20_000,
})
