import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'
import { STREAM } from '../frames/names.js'
import { parseOpenStream } from '../frames/open-stream.js'
import type { Payload } from '../frames/payload.js'
import { Pipe } from '../streams/pipe.js'
import { pump } from '../streams/pump.js'
import { WseStream } from '../streams/wse-stream.js'
import type { Peer } from './peer.js'
import { checkName } from './procedures.js'
import type { RunningCall } from './running-call.js'

/**
 * Opens a stream of bytes to the other end: a call with streams in both directions (PROTOCOL.md, P-52).
 *
 * @throws {WseError} `INVALID_NAME`
 */
export function openStream(peer: Peer, name: string, meta: Payload): WseStream {
  checkName(name)
  const pipe = new Pipe()
  const controller = new AbortController()
  const inlet = peer.streamReserved(STREAM, { name, meta }, { chunks: pipe, signal: controller.signal })
  return new WseStream(name, meta, inlet, pipe, (error) => controller.abort(error))
}

/**
 * Answers the other end's opening of a stream: `offer` says whether somebody takes it. The call lasts as long as either
 * direction does.
 */
export async function acceptStream(
  payload: Payload,
  call: RunningCall,
  offer: (stream: WseStream) => boolean,
): Promise<null> {
  const opened = parseOpenStream(payload)
  if (opened === null) throw new WseError(WSE_ERROR.INVALID_PAYLOAD, {}, { message: 'a stream has a name' })
  const { name, meta } = opened
  const { outlet } = call
  if (outlet === null) throw new WseError(WSE_ERROR.NOT_SUPPORTED, {}, { message: 'a stream has two directions' })
  const pipe = new Pipe()
  const aborted: WseError[] = []
  const giveUp = (error: WseError) => {
    aborted.push(error)
    outlet.close()
  }
  if (!offer(new WseStream(name, meta, call.chunks, pipe, giveUp))) {
    throw new WseError(WSE_ERROR.RP_NOT_REGISTERED, { stream: name }, { message: `nobody takes streams of ${name}` })
  }
  await pump(pipe, outlet)
  if (!call.chunks.ended) call.end()
  await call.chunks.over
  if (aborted.length > 0) throw aborted[0]
  return null
}
