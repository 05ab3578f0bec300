/** What is used of Node; looked up when called, absent elsewhere. */
interface Realm {
  process?: { getActiveResourcesInfo?(): string[] }
}

/** Standard input and output: pipes or terminals, depending on where the tests run. */
const STDIO = new Set(['TTYWrap', 'PipeWrap'])

/**
 * Notes what keeps the Node process alive now; the function returned lists what does so in addition when it is called,
 * by Node's names and standard streams aside. Other runtimes cannot tell: there the list is empty.
 *
 * @example
 * const added = activeResources()
 * const server = new WseServer({ port: 0, identify })
 * await server.close()
 * console.log(added())
 */
export function activeResources(): () => string[] {
  const before = countKinds()
  return () => {
    const added: string[] = []
    for (const [kind, count] of countKinds()) {
      for (let more = before.get(kind) ?? 0; more < count; more++) added.push(kind)
    }
    return added
  }
}

function countKinds(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of (globalThis as unknown as Realm).process?.getActiveResourcesInfo?.() ?? []) {
    if (!STDIO.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}
