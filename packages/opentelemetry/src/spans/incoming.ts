import { isStream } from '@wse/protocol/internal'
import type { Incoming, IncomingLayer } from '../ends.js'
import type { Observer, Whose } from '../observer.js'
import { contextOf } from '../trace-parent.js'
import { failedBy } from './ending.js'
import { follow } from './follow.js'
import type { Observed } from './observed.js'

/** The middleware around what comes in. `self`: the user, where this is the end of one. */
export function incomingLayer(observer: Observer, self?: Whose): IncomingLayer {
  const begin = (ctx: Incoming): Observed | null => {
    if (!observer.active) return null
    const { kind, name, template, conn } = ctx
    if (kind === 'call') {
      // The active context here is that of whoever opened the socket: not the parent of what comes through it.
      const observed = observer.call('in', name, contextOf(ctx.trace), conn ?? self)
      observer.answered.set(ctx, observed.context)
      return observed
    }
    if (!observer.settings.messages) return null
    // Topics are as many as there are rooms: a span is named by what defines them.
    const title = template === undefined ? name : `${kind} ${template}`
    return observer.message(title, name, conn ?? self)
  }
  return (ctx, next) => {
    const observed = begin(ctx)
    if (observed === null) return next()
    const course = {
      get signal() {
        return ctx.signal
      },
      isItems: isStream as (result: unknown) => result is AsyncIterable<unknown>,
      failed: failedBy,
    }
    return follow(observed, next, course)
  }
}
