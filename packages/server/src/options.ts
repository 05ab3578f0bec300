import type { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { type AnyContract, type Clock, type Data, type Outgoing, WSE_ERROR, WseError } from '@wse/protocol'
import type { Backplane } from '@wse/protocol/backplane'
import {
  type Codec,
  codecOf,
  count,
  duration,
  type Guard,
  guardOption,
  invalidOption,
  numberIn,
  oneOf,
  type Protocol,
  protocolsOption,
  rpcTimeout,
  type Settled,
} from '@wse/protocol/internal'
import { type Origins, originsOption } from './admission/origins.js'
import { backplaneOption } from './backplane/option.js'
import { serverClock } from './clock/server-clock.js'
import type { Identify } from './handshake/identify.js'
import { type HealthOptions, healthOptions } from './health/health-routes.js'
import { type HeartbeatOptions, heartbeatOption } from './heartbeat/heartbeat.js'
import { type LimitOptions, type ServerLimits, serverLimits } from './limits/server-limits.js'
import { type ServerHooks, serverHooks } from './middleware/hooks.js'
import { type OnExceed, onExceedOption } from './people/places.js'
import { type ResumeOptions, resumeOption } from './sessions/resume-options.js'
import { pathOption } from './transports/path-option.js'
import type { PathPattern } from './transports/path-pattern.js'
import type { WsServerOptions } from './transports/ws.js'
import type { Upgrade } from './upgrade/upgrade.js'

/** Options of `ws`'s server that are passed on as they are. */
export type WsOptions = Omit<
  WsServerOptions,
  'port' | 'server' | 'noServer' | 'path' | 'handleProtocols' | 'host' | 'backlog'
>

/** How a server is made. Without `port`, `server` and `noServer` it listens nowhere and takes what `accept` is given. */
export interface WseServerOptions extends WsOptions {
  /** Says who a client is. Required. */
  identify: Identify
  /** Port of a server of its own; 0 for a free one. It starts by itself. @default none */
  port?: number | undefined
  /** Address to listen on. @default all */
  host?: string | undefined
  /** Connections the system queues before they are taken. @default 511 */
  backlog?: number | undefined
  /** An HTTP or HTTPS server to serve upgrades of. @default none */
  server?: HttpServer | HttpsServer | undefined
  /** Upgrades come by `handleUpgrade`. @default false */
  noServer?: boolean | undefined
  /** Path of the URL this server is at, `/ws` or `/rooms/{room}`; others are left to other servers. @default any */
  path?: string | undefined
  /** Devices of one user at once; `accept` may say otherwise for one. @default 1 */
  connPerUser?: number | undefined
  /** What happens beyond `connPerUser`: who has to go, or may not come in; both get 4505. @default 'drop-oldest' */
  onExceed?: OnExceed | undefined
  /** Milliseconds without a link after which `when.offline` tells of a user. @default 5_000 */
  offlineGrace?: number | undefined
  /** Whether `current()` and `reply()` work in handlers; in Node 20 that slows every promise of the process. @default false */
  ambient?: boolean | undefined
  /** Seconds after which a call to a client is given up; 0 for never. @default 20 */
  tO?: number | undefined
  /** Message protocols spoken here; the client's order wins. @default JSON */
  protocol?: Protocol | readonly Protocol[] | undefined
  /** Decides about HTTP upgrades, before there is a WebSocket. @default none, all are let in */
  upgrade?: Upgrade | undefined
  /** Whether, and where, a server with a `port` of its own tells how it is; others do by `healthRoutes()`. @default false */
  health?: boolean | HealthOptions | undefined
  /** False for a server that is switched off: it listens nowhere and lets nobody in (503). @default true */
  enabled?: boolean | undefined
  /**
   * Pages let in: whole origins, `'same-origin'`, or `'*'`. @default '*', since credentials travel in the first frame;
   * with `upgrade`, which may read cookies, 'same-origin'
   */
  origins?: Origins | undefined
  /** Trusted proxies in front; how many entries of `X-Forwarded-For` count, from the right. @default 0 */
  trustProxy?: number | undefined
  /** How often the server looks after its links; false for never. @default see each */
  heartbeat?: false | HeartbeatOptions | undefined
  /** How sessions survive lost links; false for not at all. @default see each */
  resume?: boolean | ResumeOptions | undefined
  /** What both ends agreed on, by `defineContract()`. @default none */
  contract?: AnyContract | undefined
  /** When what leaves is checked by the contract as well. @default 'development', unless NODE_ENV is production */
  outgoing?: Outgoing | undefined
  /** What becomes of clients with another contract: told by `when.outdated`, or sent away with 4504. @default 'tell' */
  outdated?: 'tell' | 'refuse' | undefined
  /** What clients may cost. @default see each */
  limits?: LimitOptions | undefined
  /** What joins it to other servers, such as `redisBackplane()`; each server has its own. @default null, it is alone */
  backplane?: Backplane | null | undefined
  /** Time and chance, for tests. @default the system's */
  clock?: Clock | undefined
  /** Hooks told of what passes; `consoleLog()` for a log. @default null, nothing is logged */
  log?: ServerHooks | null | undefined
}

/** Options as they are in force. */
export interface ServerSettings {
  readonly identify: Identify
  readonly connPerUser: number
  readonly onExceed: OnExceed
  readonly offlineGrace: number
  readonly ambient: boolean
  readonly tO: number
  readonly timeout: number
  readonly codecs: readonly Codec[]
  readonly protocol: Protocol
  /** Null where nobody is asked. */
  readonly upgrade: Upgrade | null
  readonly enabled: boolean
  readonly origins: Origins
  readonly trustProxy: number
  /** What this end keeps of the contract; null without one. */
  readonly guard: Guard | null
  /** Whether clients with another contract are sent away. */
  readonly refusesOutdated: boolean
  /** Null for none. */
  readonly heartbeat: Settled<HeartbeatOptions> | null
  /** Null where sessions end with their links. */
  readonly resume: Settled<ResumeOptions> | null
  readonly limits: ServerLimits
  /** Null where it is alone. */
  readonly backplane: Backplane | null
  readonly clock: Clock
  readonly log: ServerHooks | null | undefined
  readonly path: PathPattern | undefined
  /** What goes to `ws`. */
  readonly ws: WsOptions
  readonly listen: ListenSettings
}

/** Where a server listens. */
export interface ListenSettings {
  /** False for nowhere. */
  readonly enabled: boolean
  readonly port: number | undefined
  readonly host: string | undefined
  readonly backlog: number | undefined
  readonly server: HttpServer | HttpsServer | undefined
  readonly noServer: boolean
  /** Null where it does not tell how it is. */
  readonly health: Settled<HealthOptions> | null
}

const ambientOption = oneOf(false, (given) => typeof given === 'boolean', 'true or false')

const outdatedOption = oneOf<'tell' | 'refuse'>(
  'tell',
  (given) => given === 'tell' || given === 'refuse',
  "'tell' or 'refuse'",
)

const upgradeOption = oneOf<Upgrade | null>(null, (given) => typeof given === 'function', 'a function')
const enabledOption = oneOf(true, (given) => typeof given === 'boolean', 'true or false')

/** Checks the options. @throws {WseError} `IDENTIFY_HANDLER_MISSING`, `INVALID_OPTION` */
export function serverSettings(options: WseServerOptions): ServerSettings {
  const { identify, port, host, backlog, server, noServer, path, connPerUser, tO, protocol, ...rest } = options
  const {
    upgrade,
    health,
    enabled,
    origins,
    trustProxy,
    limits,
    onExceed,
    offlineGrace,
    ambient,
    contract,
    outgoing,
    outdated,
    heartbeat,
    resume,
    backplane,
    clock = serverClock,
    log,
    ...ws
  } = rest
  if (typeof identify !== 'function') {
    throw new WseError(WSE_ERROR.IDENTIFY_HANDLER_MISSING, { option: 'identify' }, { message: 'identify is required' })
  }
  refuseTwoWords(options)
  const protocols = protocolsOption(protocol)
  const isEnabled = enabledOption('enabled', enabled)
  return {
    identify,
    connPerUser: count(1)('connPerUser', connPerUser),
    onExceed: onExceedOption('onExceed', onExceed),
    offlineGrace: duration(5_000, 0)('offlineGrace', offlineGrace),
    ambient: ambientOption('ambient', ambient),
    tO: rpcTimeout(tO) / 1_000,
    timeout: rpcTimeout(tO),
    codecs: protocols.map((one) => codecOf(one, presentToUnpack)),
    protocol: protocols[0] as Protocol,
    upgrade: upgradeOption('upgrade', upgrade),
    enabled: isEnabled,
    origins: originsOption(origins, upgrade === undefined ? '*' : 'same-origin'),
    trustProxy: count(0, 0)('trustProxy', trustProxy),
    heartbeat: heartbeatOption(heartbeat),
    resume: resumeOption(resume),
    guard: guardOption(contract, 'server', outgoing),
    refusesOutdated: outdatedOption('outdated', outdated) === 'refuse',
    backplane: backplaneOption('backplane', backplane ?? undefined),
    limits: serverLimits(ws.maxPayload === undefined ? limits : { ...limits, messageBytes: ws.maxPayload }),
    clock,
    log: serverHooks('log', log),
    path: pathOption(path),
    ws,
    listen: {
      enabled: isEnabled,
      port: port === undefined ? undefined : numberIn(0, 0, 65_535, 'a port')('port', port),
      host,
      backlog,
      server,
      noServer: noServer === true,
      health: healthOption(health, port),
    },
  }
}

/** @throws {WseError} `INVALID_OPTION` */
function healthOption(given: boolean | HealthOptions | undefined, port: number | undefined) {
  if (given === undefined || given === false) return null
  if (port === undefined) throw invalidOption('health', 'goes with port; other servers tell by healthRoutes()')
  return healthOptions(given === true ? undefined : given)
}

/** `unpack` of a protocol object gets a `Buffer` on a server, for text and binary frames alike, as WSE 4 gave it. */
function presentToUnpack(data: Data): Buffer {
  return typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}

/** Two words for one thing, both given, would leave it open which one counts. */
function refuseTwoWords(options: WseServerOptions): void {
  const { maxPayload, limits, port, server, noServer } = options
  if (maxPayload !== undefined && limits?.messageBytes !== undefined) {
    throw invalidOption('maxPayload', 'is limits.messageBytes by another name; give one of them')
  }
  if (options.upgrade !== undefined && options.verifyClient !== undefined) {
    throw invalidOption('verifyClient', 'is upgrade by another name; give one of them')
  }
  if ('handleProtocols' in options) throw invalidOption('handleProtocols', 'is decided by protocol')
  if ([port !== undefined, server !== undefined, noServer === true].filter(Boolean).length > 1) {
    throw invalidOption('port', 'server and noServer exclude each other')
  }
}
