import { systemClock } from '@wse/protocol/wire'
import { transportConformance } from '@wse/testing'
import { runtimeWebSocket, WebSocketTransport } from '../../packages/client/src/transports/web-socket.js'

/** What a browser has no means for. */
export const BROWSER_CANNOT = { terminate: false, ping: false, pause: false, cork: false, drain: false }

/** Gives each case of the suite to `test`; its two ends are WebSockets of this page, joined by the relay at `url`. */
export function defineCases(url: string, test: (name: string, run: () => Promise<void>) => void): void {
  let pairs = 0
  transportConformance({
    name: "the browser's WebSocket",
    test,
    capabilities: BROWSER_CANNOT,
    createPair: async () => {
      const path = `${url}/${pairs++}`
      const [a, b] = await Promise.all([open(path), open(path)])
      const dispose = async () => {
        a.terminate()
        b.terminate()
      }
      return { a, b, dispose }
    },
  })
}

/** A transport that is open. */
export async function open(url: string): Promise<WebSocketTransport> {
  const transport = dial(url)
  await new Promise<void>((resolve, reject) => {
    transport.onOpen = resolve
    transport.onClose = (code) => reject(new Error(`${url} closed with ${code}`))
  })
  return transport
}

/** A transport that has just begun to connect. */
export function dial(url: string): WebSocketTransport {
  if (runtimeWebSocket === null) throw new Error('this realm has no WebSocket')
  return new WebSocketTransport(new runtimeWebSocket(url, ['wse-default-json']), systemClock)
}
