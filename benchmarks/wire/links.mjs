import { crowd } from '../harness/crowd.mjs'
import { tokenOf } from '../harness/tokens.mjs'
import { Link } from './link.mjs'

/** Cheap clients of one contender, all let in; `listens` if broadcasts are wanted, which some must subscribe to. One that is lost later ends the process: it would falsify the figures. */
export async function openLinks({ Wire }, port, count, { from = 0, listens = false } = {}) {
  const links = await crowd(count, (n) => Link.open(port, new Wire(tokenOf(from + n), { listens })))
  for (const link of links) link.onLost = fail
  if (Wire.prototype.tick) setInterval(() => tick(links), 1_000).unref()
  return links
}

function tick(links) {
  for (const link of links) link.wire.tick(link)
}

function fail(error) {
  throw error
}
