import type { Data, Transport, TransportState } from './transport/transport.js'

/** A transport that only notes what it is told, and says what a test tells it to. */
export class FakeTransport implements Transport {
  state: TransportState = 'open'
  readonly protocol = 'wse-default-json'
  bufferedAmount = 0
  onOpen: (() => void) | null = null
  onMessage: ((data: Data) => void) | null = null
  onClose: ((code: number, reason: string) => void) | null = null
  onDrain: (() => void) | null = null
  onError: ((error: unknown) => void) | null = null
  /** Frames given to it. */
  readonly sent: Data[] = []
  /** Closes asked of it. */
  readonly closes: (readonly [number, string])[] = []
  /** How often it was terminated. */
  terminated = 0

  send(data: Data): void {
    if (this.state === 'open') this.sent.push(data)
  }

  close(code: number, reason: string): void {
    this.closes.push([code, reason])
    this.state = 'closing'
  }

  terminate(): void {
    this.terminated++
    this.closed(1006, '')
  }

  /** A frame arrives from the other end. */
  receive(data: Data): void {
    this.onMessage?.(data)
  }

  /** It is gone. */
  closed(code: number, reason: string): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.onClose?.(code, reason)
  }
}
