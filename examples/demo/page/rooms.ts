import type { Subscription, WseClient } from '@wse/client'
import * as messages from './messages.js'
import { listRooms, showWhere } from './people.js'
import { Room } from './room.js'
import { note, showRoom } from './view.js'

/** A room as the server tells of it when it lets one in. */
export interface RoomTitle {
  id: string
  title: string
}

/** Which room this page is in, and who is in which. */
export class Rooms {
  readonly #client: WseClient
  readonly #device: string
  #titles: readonly RoomTitle[] = []
  /** Everybody in the house: each device says which room it is in. */
  #house: Subscription | null = null
  #room: Room | null = null

  constructor(client: WseClient, device: string) {
    this.#client = client
    this.#device = device
  }

  /** The room one is in. */
  get here(): string {
    return this.#room?.id ?? ''
  }

  /** One has come in. What was subscribed to before ended with `disconnect()`. */
  open(titles: readonly RoomTitle[]): void {
    const [first] = titles
    if (first === undefined) return
    this.#titles = titles
    listRooms(titles, (id) => this.go(id).catch(({ message }) => note('error', message)))
    this.#house = this.#client.topic('house', { state: { room: first.id } })
    for (const change of ['join', 'leave', 'update'] as const) this.#house.presence.on(change, () => this.#show())
    this.#enter(first.id)
  }

  /** Goes to another room, once all that was said here is answered. */
  async go(id: string): Promise<void> {
    const left = this.#room
    if (left === null || left.id === id) return
    await left.leave()
    // Somebody in a hurry is elsewhere already.
    if (this.#room !== left) return
    this.#enter(id)
    await this.#house?.presence.set({ room: id })
  }

  /** Shows all the server keeps of this room, after something was missing. */
  async readAgain(): Promise<void> {
    const left = this.#room
    await left?.leave()
    if (left !== null && this.#room === left) this.#enter(left.id)
  }

  say(text: string): void {
    this.#room?.say({ id: crypto.randomUUID(), from: this.#client.cid, text })
  }

  typed(text: string): void {
    this.#room?.typed(text)
  }

  /** There is a link again, or none any more. */
  refresh(): void {
    this.#room?.refresh()
  }

  #enter(id: string): void {
    messages.begin(this.#client.cid)
    showRoom(id, this.#titles.find((room) => room.id === id)?.title ?? id)
    this.#room = new Room(this.#client, id, { device: this.#device, readAgain: () => this.readAgain() })
    this.#show()
  }

  #show(): void {
    showWhere(this.here, this.#house?.presence.get() ?? [])
  }
}
