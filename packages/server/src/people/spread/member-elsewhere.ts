import type { CallOptions, Payload } from '@wse/protocol'
import type { NodeId } from '@wse/protocol/backplane'
import type { Cid } from '../cid.js'
import type { DeviceInfo, Member } from '../member.js'

/** A device of another server, as that describes it. */
export interface DeviceElsewhere extends DeviceInfo {
  /** Milliseconds since it acted last. */
  readonly idle: number
}

/** Calls procedures of devices of other servers. */
export interface CallsElsewhere {
  /** @throws {WseError} (by rejection) as `conn.call` */
  call(node: NodeId, device: DeviceInfo, rp: string, payload: Payload, options: CallOptions): Promise<Payload>
}

/** A device of another server, as it was when that was asked. */
export class MemberElsewhere implements Member {
  readonly conn_id: string
  readonly cid: Cid
  readonly state: Member['state']
  readonly meta: Payload
  readonly remote_addr: string
  readonly latency: number | null
  readonly age: number
  /** Milliseconds since it acted last. */
  readonly idle: number
  readonly #node: NodeId
  readonly #elsewhere: CallsElsewhere

  constructor(device: DeviceElsewhere, node: NodeId, elsewhere: CallsElsewhere) {
    this.conn_id = device.conn_id
    this.cid = device.cid
    this.state = device.state
    this.meta = device.meta
    this.remote_addr = device.remote_addr
    this.latency = device.latency
    this.age = device.age
    this.idle = device.idle
    this.#node = node
    this.#elsewhere = elsewhere
  }

  call(rp: string, payload?: Payload, options: CallOptions = {}): Promise<Payload> {
    return this.#elsewhere.call(this.#node, this, rp, payload, options)
  }
}
