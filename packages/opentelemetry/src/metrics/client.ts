import type { Unsubscribe } from '@wse/protocol'
import * as WSE_STATUS from '@wse/protocol/internal/status'
import type { InstrumentedClient } from '../ends.js'
import type { Observer } from '../observer.js'

/** Measures the connection of a client. `ended`: told when a session of it is gone. Returns how to stop. */
export function measureClient(client: InstrumentedClient, observer: Observer, ended: () => void): Unsubscribe {
  const { connections, reconnects, resets, buffered } = observer.instruments
  const attributes = { ...observer.settings.attributes, 'wse.end': 'client' }
  let [isReady, wasReady] = [false, false]
  let stop: Unsubscribe | null = null
  const updated = (status: string) => {
    const isIdle = status === WSE_STATUS.IDLE
    if (isReady !== (status === WSE_STATUS.READY)) connections.add(isReady ? -1 : 1, attributes)
    isReady = status === WSE_STATUS.READY
    // One that is idle is held by nothing of ours.
    if (!isIdle) stop ??= buffered.add(attributes, () => client.buffered)
    else {
      stop?.()
      stop = null
      wasReady = false
      ended()
    }
  }
  updated(client.status)
  wasReady = isReady
  const { when } = client
  const offs = [
    when.updated(updated),
    when.ready((_, { resumed }) => {
      if (wasReady) reconnects.add(1, { ...attributes, 'wse.resumed': resumed })
      wasReady = true
    }),
    when.reset(({ reason }) => {
      resets.add(1, { ...attributes, 'wse.reset.reason': observer.word(reason) })
      ended()
    }),
  ]
  return () => {
    for (const off of offs) off()
    updated(WSE_STATUS.IDLE)
  }
}
