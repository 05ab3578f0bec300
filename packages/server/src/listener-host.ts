import { WSE_ERROR, type WseError } from '@wse/protocol'
import { type Signals, toWseError } from '@wse/protocol/internal'
import { clientAddress } from './admission/address.js'
import { chooseProtocol, judge, RETRY_AFTER } from './admission/admission.js'
import type { Admitter } from './admitter.js'
import type { ServerEvents } from './events.js'
import type { Health } from './health/health.js'
import { healthRoutes } from './health/health-routes.js'
import type { ServerSettings } from './options.js'
import { plainAnswer } from './transports/http-answer.js'
import type { ListenerHost } from './transports/ws-listener.js'
import { Upgrades } from './upgrade/upgrades.js'
import { Verifications, type VerifyClient } from './upgrade/verifications.js'

/** What a listener is told of its server. */
export interface Listened {
  readonly settings: ServerSettings
  readonly admitter: Admitter
  readonly signals: Signals<ServerEvents>
  /** Upgrades the application is asked about; null where it is not. */
  readonly upgrades: Upgrades | null
  health(): Health
  isDraining(): boolean
  /** Whether nobody is let in any more. */
  isShut(): boolean
}

/** What a listener needs of its server: whom to let in, and what to tell of those who were not. */
export function listenerHost({
  settings,
  admitter,
  signals,
  upgrades,
  health,
  isDraining,
  isShut,
}: Listened): ListenerHost {
  const { clock, codecs, origins, trustProxy, limits, path, ws } = settings
  const protocols = codecs.map((codec) => codec.name)
  const { strangers } = admitter
  const failed = (error: unknown) => signals.emit('error', toWseError(error, WSE_ERROR.CONNECTION_ERROR), undefined)
  const rules = { origins, trustProxy, protocols, connections: limits.connections, strangers }
  return {
    clock,
    path,
    protocols,
    messageBytes: limits.messageBytes,
    ws,
    choose: (offered) => chooseProtocol(offered, protocols),
    upgrades,
    verifications: ws.verifyClient ? new Verifications(ws.verifyClient as VerifyClient, failed) : null,
    judge: (request) => judge(request, rules, admitter.links + (upgrades?.size ?? 0), isShut()),
    addressOf: (request) => clientAddress(request, trustProxy),
    // While everybody is sent away, who comes all the same is no error.
    refused: ({ error }) => {
      if (!isDraining()) signals.emit('error', error, undefined)
    },
    accept: (transport, request, address) => admitter.take(transport, request, address),
    answer: settings.listen.health && healthRoutes({ health }, settings.listen.health),
    turnAway: (transport, told) => admitter.turnAway(transport, told),
    failed,
  }
}

/** What asks the application about upgrades; null where it does not want to be asked. */
export function upgradesOf(settings: ServerSettings, failed: (error: WseError) => void): Upgrades | null {
  const { upgrade, clock, limits } = settings
  const busy = plainAnswer(503, 'try again', RETRY_AFTER)
  return upgrade && new Upgrades({ upgrade, clock, timeout: limits.handshakeTimeout, busy, failed })
}
