import type { Payload, TransportRequest } from '@wse/protocol'

/** Parameters of a path by name, percent-decoded: `room` of `/rooms/{room}`. */
export type Params = Readonly<Record<string, string>>

/** What a path without parameters has. */
export const NO_PARAMS: Params = Object.freeze(Object.create(null))

/** What is known of a link before its first frame. */
export interface LinkRequest extends TransportRequest {
  /** Parameters of the path. @default none */
  readonly params?: Params | undefined
  /** What `upgrade` gave as `context`. @default undefined */
  readonly context?: Payload
}
