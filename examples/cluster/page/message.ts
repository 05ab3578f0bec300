/** What was said in the room. A browser's tab numbers what it says from 1. */
export interface Message {
  tab: string
  n: number
  text: string
  from: string
  /** The node that took it, and when; undefined while none has. */
  node?: string
  at?: number
}
