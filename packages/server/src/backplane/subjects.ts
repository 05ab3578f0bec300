import type { Subject } from '@wse/protocol/backplane'
import type { Cid } from '../people/cid.js'

/** What nodes attach to that have somebody on a topic. */
export const topicSubject = (topic: string): Subject => `t:${topic}`

/** The topic of such a subject; null if it is another. */
export const topicOf = (subject: Subject): string | null => (subject.startsWith('t:') ? subject.slice(2) : null)

/** What nodes attach to that have a device of a user. A number is another user than its text. */
export const userSubject = (cid: Cid): Subject => (typeof cid === 'string' ? `u:${cid}` : `i:${cid}`)

/** The user of such a subject; null if it is another. */
export function userOf(subject: Subject): Cid | null {
  if (subject.startsWith('u:')) return subject.slice(2)
  return subject.startsWith('i:') ? Number(subject.slice(2)) : null
}

/** What nodes attach to that have filters which begin so. */
export const prefixSubject = (prefix: string): Subject => `p:${prefix}`

/** The beginning of such a subject; null if it is another. */
export const prefixOf = (subject: Subject): string | null => (subject.startsWith('p:') ? subject.slice(2) : null)
