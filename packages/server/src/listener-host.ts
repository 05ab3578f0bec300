import type { Transport, TransportRequest } from '@wse/protocol'
import { WSE_ERROR } from '@wse/protocol'
import { type Signals, toWseError } from '@wse/protocol/internal'
import { chooseProtocol, judge } from './admission/admission.js'
import type { Admitter } from './admitter.js'
import type { ServerEvents } from './events.js'
import type { ServerSettings } from './options.js'
import type { ListenerHost } from './transports/ws-listener.js'

/** What a listener is told of its server. */
export interface Listened {
  readonly settings: ServerSettings
  readonly admitter: Admitter
  readonly signals: Signals<ServerEvents>
  accept(transport: Transport, request: TransportRequest): void
  isDraining(): boolean
  /** Whether nobody is let in any more. */
  isShut(): boolean
}

/** What a listener needs of its server: whom to let in, and what to tell of those who were not. */
export function listenerHost({ settings, admitter, signals, accept, isDraining, isShut }: Listened): ListenerHost {
  const { clock, codecs, origins, trustProxy, limits, path, ws } = settings
  const protocols = codecs.map((codec) => codec.name)
  const { strangers } = admitter
  const rules = { origins, trustProxy, protocols, connections: limits.connections, strangers }
  return {
    clock,
    path,
    protocols,
    messageBytes: limits.messageBytes,
    ws,
    choose: (offered) => chooseProtocol(offered, protocols),
    judge: (request) => judge(request, rules, admitter.links, isShut()),
    // While everybody is sent away, who comes all the same is no error.
    refused: ({ error }) => {
      if (!isDraining()) signals.emit('error', error, undefined)
    },
    accept,
    failed: (error) => signals.emit('error', toWseError(error, WSE_ERROR.CONNECTION_ERROR), undefined),
  }
}
