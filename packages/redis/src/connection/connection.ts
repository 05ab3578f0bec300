/** What a command is made of. */
export type Argument = string | Buffer

/** What a connection tells whoever has it. */
export interface ConnectionEvents {
  /** Something was published on a channel it has subscribed to. */
  message(channel: Buffer, frame: Buffer): void
  /** It is over, once; what had been asked of it is rejected. */
  ended(why: Error): void
}

/** How far a connection is with what was written to it. */
export interface Writing {
  readonly taken: number
  readonly waiting: number
}

/** One connection to an engine. It never comes back: another takes its place. */
export interface Connection {
  /** Bytes that have arrived. */
  readonly bytesRead: number
  /** Bytes that the system has taken, and that wait for it to do so; null where nobody can tell. */
  readonly writing: Writing | null
  /** Resolves once commands can be given. Called once. */
  ready(): Promise<void>
  /** Gives a command; its answer has bytes for texts. Rejects with what the engine says, or because it is over. */
  command(name: string, args: Argument[]): Promise<unknown>
  /** From when it resolves, what is published on these channels arrives. */
  subscribe(channels: string[]): Promise<unknown>
  /** From when it resolves, it does not any more. */
  unsubscribe(channels: string[]): Promise<unknown>
  /** Ends it at once. */
  destroy(): void
}
