import type { Clock, Transport, TransportRequest } from '@wse/protocol'

/** What a world needs of a server: `WseServer` has it. */
export interface WorldServer {
  accept(transport: Transport, request: TransportRequest): void
  close(): Promise<unknown>
  inspect?(): Readonly<Record<string, number>>
}

/** What a world needs of a client: `WseClient` has it. */
export interface WorldClient {
  disconnect(): Promise<unknown>
  inspect?(): Readonly<Record<string, number>>
}

/** What a server of a world is made with. */
export interface ServerEnv {
  /** Time and chance of this one server. */
  readonly clock: Clock
}

/** What a client of a world is made with. A type, not an interface, so that it fits options that take any member. */
export type ClientEnv = {
  /** Time and chance of this one client. */
  readonly clock: Clock
  /** Where its server is. */
  readonly url: string
  /** Dials any url of the world. */
  readonly transport: (url: string) => Transport
}

/** How a world is made. */
export interface WorldOptions<Server extends WorldServer, Client extends WorldClient> {
  /** Seed of all chance, a whole number: the same seed, the same world. @default 1 */
  readonly seed?: number | undefined
  /** How long frames take on a new link, each way, in ms. @default 0 */
  readonly latency?: number | undefined
  /** How much longer by chance, in ms. @default 0 */
  readonly jitter?: number | undefined
  /** New links begin in manual mode, as by `link.hold()`. @default false */
  readonly hold?: boolean | undefined
  /** What is sent in one turn travels together, in batches, as on a real socket. @default false */
  readonly batches?: boolean | undefined
  /** The subprotocol both ends of a link see. @default 'wse-default-json' */
  readonly protocol?: string | undefined
  /** Makes a server, and makes it anew after a crash. Required. */
  readonly server: (env: ServerEnv, name: string) => Server
  /** Makes a client. Required. */
  readonly client: (env: ClientEnv, name: string) => Client
}

/** How a client of a world is made. */
export interface WorldClientOptions<Server> {
  /** The server it is for, or any url. @default the first server */
  readonly to?: Server | string | undefined
  /** What it is called in the transcript. @default 'client', 'client 2' … */
  readonly name?: string | undefined
}

/** How a server of a world crashes. */
export interface CrashOptions {
  /** Its machine is gone with it, so that nobody learns of it: links go half-open. @default false */
  readonly silent?: boolean | undefined
}

/** How a party of a world wakes. */
export interface WakeOptions {
  /** Whether its clock has gone on while it slept. @default 'jumps' */
  readonly clock?: 'jumps' | 'stops' | undefined
}
