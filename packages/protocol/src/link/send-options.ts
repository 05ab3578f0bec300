import { count, groupOf, invalidOption, oneOf, optionGroup } from '../limits/option.js'

/** How one message is sent. `volatile`, `latest` and `queue` exclude each other; without them it waits as long as it has to. */
export interface SendOptions {
  /** May be dropped on a congested link, is never queued nor repeated. @default false */
  volatile?: boolean | undefined
  /**
   * While the reader is slow or away only the newest message of this type and key waits for it, in the place of the one
   * before: a text of up to 128 characters. @default all of them wait
   */
  latest?: string | undefined
  /** How much of this message type may wait for a reader that is slow or away. @default what the session may keep */
  queue?: QueuePolicy | undefined
  /** Compress this frame, where compression was negotiated. @default as the transport does by itself */
  compress?: boolean | undefined
}

/** Bounds of what waits of one message type for one reader, and what becomes of what is beyond them. */
export interface QueuePolicy {
  /** Messages that wait. One of the two bounds is required. @default no bound of its own */
  frames?: number | undefined
  /** Characters or bytes that wait, as encoded. @default no bound of its own */
  bytes?: number | undefined
  /** What becomes of a message for which there is no room. @default 'drop-newest' */
  overflow?: Overflow | undefined
}

/**
 * `drop-newest`: it is not taken, which `send` tells. `drop-oldest`: the oldest of its type that waits gives way. `close`:
 * a server ends the session of the reader with 4002, a client throws `QUEUE_FULL`.
 */
export type Overflow = 'drop-newest' | 'drop-oldest' | 'close'

/** Characters of a key. */
const KEY_LENGTH = 128

const bound = /* @__PURE__ */ count(1)
const overflow = /* @__PURE__ */ oneOf<Overflow>(
  'drop-newest',
  (given) => given === 'drop-newest' || given === 'drop-oldest' || given === 'close',
  'drop-newest, drop-oldest or close',
)

/** Whether a message is held back while its reader is slow or away. */
export function isHeldBack(options: SendOptions | undefined): options is SendOptions {
  return options !== undefined && (options.latest !== undefined || options.queue !== undefined)
}

/** Refuses what makes no sense. @throws {WseError} `INVALID_OPTION` */
export function checkSendOptions(options: SendOptions | undefined): void {
  if (options === undefined) return
  optionGroup('options', options)
  if (!isHeldBack(options)) return
  const { volatile, latest, queue } = options
  if (latest !== undefined && (typeof latest !== 'string' || latest.length > KEY_LENGTH || volatile || queue)) {
    throw invalidOption('latest', `takes a text of up to ${KEY_LENGTH} characters, and no other policy`)
  }
  if (latest !== undefined) return
  if (volatile || !queue || (queue.frames ?? queue.bytes) === undefined) {
    throw invalidOption('queue', 'takes frames or bytes, and no other policy')
  }
  groupOf<QueuePolicy>('queue', queue, { frames: bound, bytes: bound, overflow })
}
