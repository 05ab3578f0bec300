/** What is used of the realm, looked up when called so that it runs in Node, browsers and bare engines alike. */
interface Realm {
  setImmediate?(run: () => void): unknown
  MessageChannel?: new () => { port1: Port; port2: Port }
  setTimeout(run: () => void, ms: number): unknown
}

interface Port {
  onmessage: (() => void) | null
  postMessage(message: null): void
  close(): void
}

const realm = globalThis as unknown as Realm

/** Calls `run` in a later macrotask turn of the real event loop, after every promise reaction that is due now. */
export function later(run: () => void): void {
  if (realm.setImmediate) realm.setImmediate(run)
  else if (realm.MessageChannel) post(new realm.MessageChannel(), run)
  else realm.setTimeout(run, 0)
}

/** Resolves in a later macrotask turn of the real event loop. */
export function turn(): Promise<void> {
  return new Promise(later)
}

function post({ port1, port2 }: { port1: Port; port2: Port }, run: () => void): void {
  port1.onmessage = () => {
    port1.close()
    run()
  }
  port2.postMessage(null)
}
