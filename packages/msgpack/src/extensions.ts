/** Types of MessagePack extensions on this wire (PROTOCOL.md, "MessagePack"); any other is malformed. */
export const EXTENSION = {
  /** The timestamp of the MessagePack specification: a `Date`. */
  TIMESTAMP: -1,
  /** One array: key, value, key, value … */
  MAP: 1,
  /** One array of the values. */
  SET: 2,
  /** An integer in two's complement, big-endian. */
  BIGINT: 3,
} as const

/** Bytes of the longest bigint: more would cost whoever writes it down more than it cost the sender. */
export const BIGINT_BYTES = 1_024
