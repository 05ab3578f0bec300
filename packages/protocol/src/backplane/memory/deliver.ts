import type { Incoming } from '../backplane.js'
import { type Attachments, isList } from './attachments.js'
import { copied } from './body.js'

/** Gives a message to all that are attached to its subject, and says how many those are. `kept`: its body is somebody's. */
export function deliver(attachments: Attachments, message: Incoming, kept: boolean): number {
  const there = attachments.of(message.subject)
  if (there === undefined) return 0
  const isText = typeof message.body === 'string'
  if (!isList(there)) {
    there.incoming(isText || !kept ? message : owned(message))
    return 1
  }
  for (const member of there) member.incoming(isText ? message : owned(message))
  return there.length
}

function owned(message: Incoming): Incoming {
  return { ...message, body: copied(message.body) }
}
