import { createCleanExit, type Inspectable } from '../clean-exit.js'
import type { TestClock } from '../test-clock.js'
import type { NetworkLink } from './network-link.js'
import type { WorldClient, WorldServer } from './options.js'

interface Named<End> {
  readonly end: End
  readonly name: string
}

/** What is taken down. */
export interface Standing {
  readonly clock: TestClock
  readonly clients: readonly Named<WorldClient>[]
  readonly servers: readonly Named<WorldServer>[]
  readonly links: readonly NetworkLink[]
}

/** Virtual time an end has to go, in s. */
const PATIENCE = 60

/** Clients leave, then servers close. What was left behind, a line each. */
export async function takeDown({ clock, clients, servers, links }: Standing): Promise<string[]> {
  const unwilling = [
    ...(await goAll(clients, (client) => client.disconnect(), clock)),
    ...(await goAll(servers, (server) => server.close(), clock)),
  ]
  await clock.settle()
  const exit = createCleanExit()
  exit.clock(clock, 'the clock')
  for (const { end, name } of [...clients, ...servers]) if (isInspectable(end)) exit.inspectable(end, name)
  for (const { id, client, server, admitted } of links) {
    exit.transport(client, `link ${id} at the client`)
    if (admitted) exit.transport(server, `link ${id} at the server`)
  }
  return [...unwilling, ...exit.leaks()]
}

async function goAll<End>(
  ends: readonly Named<End>[],
  leave: (end: End) => Promise<unknown>,
  clock: TestClock,
): Promise<string[]> {
  const problems: string[] = []
  let going = ends.length
  for (const { end, name } of ends) {
    const failed = (cause: unknown) => problems.push(`${name} failed to go: ${String(cause)}`)
    const gone = () => {
      going--
    }
    void tryTo(() => leave(end))
      .catch(failed)
      .then(gone)
  }
  if (going > 0) await clock.settle()
  for (let second = 0; second < PATIENCE && going > 0; second++) await clock.advance(1_000)
  if (going > 0) problems.push(`${going} did not go within ${PATIENCE} s`)
  return problems
}

async function tryTo(act: () => Promise<unknown>): Promise<void> {
  await act()
}

function isInspectable(end: WorldClient | WorldServer): end is (WorldClient | WorldServer) & Inspectable {
  return typeof end.inspect === 'function'
}
