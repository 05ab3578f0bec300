import type { Data } from '@wse/protocol'
import { byteLength } from '../frame.js'

/** Which way something travels: `up` is from the client to the server. */
export type Way = 'up' | 'down'

/** What travels on a link. `gone` is the sender's end without a word: it passes a reader that does not read. */
export type Cargo =
  | { readonly kind: 'frame'; readonly data: Data }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'open' | 'opened' | 'ping' | 'pong' | 'gone' }

/** Characters of a frame, or digits of its bytes, that are shown. */
const SHOWN = 200

/** Bytes it takes of the network. */
export function sizeOf(cargo: Cargo): number {
  if (cargo.kind === 'frame') return byteLength(cargo.data)
  return cargo.kind === 'close' ? 2 + byteLength(cargo.reason) : 0
}

/** As it stands in a transcript. */
export function showCargo(cargo: Cargo): string {
  if (cargo.kind === 'frame') return typeof cargo.data === 'string' ? showText(cargo.data) : showBytes(cargo.data)
  if (cargo.kind === 'close') return `close ${cargo.code}${cargo.reason === '' ? '' : ` ${cargo.reason}`}`
  return cargo.kind
}

function showText(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

function showBytes(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, SHOWN / 2), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `<${bytes.length} bytes ${digits}${bytes.length > SHOWN / 2 ? '…' : ''}>`
}
