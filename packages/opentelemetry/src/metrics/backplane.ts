import type { Unsubscribe } from '@wse/protocol'
import type { InstrumentedServer } from '../ends.js'
import type { Settings } from '../options.js'
import { backplanesOf } from './backplanes.js'

/** Measures what joins a server to others, if anything does. Returns how to stop; it stops by itself with the server. */
export function measureBackplane(server: InstrumentedServer, settings: Settings): Unsubscribe {
  const { live, backplane } = server.health()
  if (!live || backplane === null) return () => {}
  const attributes = { ...settings.attributes, 'wse.end': 'server' }
  const backplanes = backplanesOf(settings.meter)
  const waiting = new AbortController()
  const offs = [
    backplanes.add(attributes, () => server.health().backplane ?? backplane),
    server.when.gap(({ lost }) => backplanes.gaps.add(1, { ...attributes, 'wse.gap.lost': lost })),
    () => waiting.abort(),
  ]
  const stop = () => {
    for (const off of offs) off()
  }
  void untilClosed(server, waiting.signal).then(stop)
  return stop
}

/** Resolves once a server is closed, or the signal aborts. A close is no event, but whoever waits for one is told. */
async function untilClosed({ when }: InstrumentedServer, signal: AbortSignal): Promise<void> {
  try {
    for (;;) await when.backplane({ signal })
  } catch {
    // Closed for good, so there is no next one.
  }
}
