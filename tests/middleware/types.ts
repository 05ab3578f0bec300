import type { CallFacts, Middleware, WseClient } from '@wse/client'
import { consoleLog, type Next, type ServerCallContext, type ServerContext, type WseServer } from '@wse/server'

/** Compiled by the `types` check, never run: what middleware adds is known where it is there, and nowhere else. */

type Same<One, Two> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Two ? 1 : 2 ? true : false
const holds = <_Claim extends true>() => {}

const role = (_: ServerContext, next: Next) => next({ role: 'admin' as const })
const later = async (_: ServerContext, next: Next) => {
  const result = await next({ team: 7 })
  return result
}
const guard = (ctx: ServerContext, next: Next) => {
  if (ctx.user.cid === 'mallory') return null
  return next({ known: true })
}
const plain = (_: ServerContext, next: Next) => next()
const stamp: Middleware<ServerCallContext, { at: number }> = async (_, next) => ({ result: await next({ at: 1 }) })

export function onServer(server: WseServer): void {
  server
    .use(role)
    .use(later)
    .use(guard)
    .use(plain)
    .register('x', (conn, _, ctx) => {
      holds<Same<typeof ctx.role, 'admin'>>()
      holds<Same<typeof ctx.team, number>>()
      holds<Same<typeof ctx.known, boolean>>()
      holds<Same<typeof ctx.conn, typeof conn>>()
      // @ts-expect-error: nobody added it
      return ctx.at
    })

  const app = server.use((_, next) => next({ one: 1 })).use((ctx, next) => next({ two: ctx.one + 1 }))
  app.channel.on('chat', (_, __, ctx) => {
    holds<Same<typeof ctx.kind, 'message'>>()
    return ctx.one + ctx.two
  })
  app.message('chat', (_, __, ctx) => `${ctx.role} ${ctx.two}`, { use: [role] })
  app.register('y', (_, __, ctx) => [ctx.role, ctx.at, ctx.two], { use: [role, stamp], timeout: 500 })
  // A scope is the server still.
  const same: WseServer = app
  same.register('z', (conn, _, ctx) => [conn.cid, ctx.requestId])
  // @ts-expect-error: without middleware there is no user in the context
  same.register('z', (_, __, ctx) => ctx.user)
  // @ts-expect-error: what one scope knows another does not
  same.channel.on('chat', (_, __, ctx) => ctx.one)
  // @ts-expect-error: a message has no deadline
  server.message('chat', (_, __, ctx) => ctx.deadline, { log: null })
  // @ts-expect-error: nor a time-out
  server.message('chat', () => {}, { timeout: 5 })
  // @ts-expect-error: it needs what is not there
  server.use((ctx: ServerContext & { role: string }, next: Next) => next({ is: ctx.role }))
  server.use(role).use((ctx: ServerContext & { role: string }, next: Next) => next({ is: ctx.role }))
  // @ts-expect-error: a message has no `at`, which is of calls alone
  server.use(stamp)
}

export function onClient(client: WseClient): void {
  const app = client.use((ctx, next) => next({ of: ctx.name }))
  app.register('x', (_, ctx) => {
    holds<Same<typeof ctx.of, string>>()
    // @ts-expect-error: a client's calls are all of one server
    return ctx.conn
  })
  const same: WseClient = app
  same.register('y', (_, ctx) => ctx.signal, {
    use: [(ctx: CallFacts, next: Next) => next({ deadline2: ctx.deadline })],
  })
  client.intercept(async (call, next) => {
    call.options.trace = 'x'
    // @ts-expect-error: what is called cannot be changed
    call.name = 'y'
    return next()
  })
}

export const logs: ConstructorParameters<typeof WseServer>[0]['log'][] = [
  null,
  consoleLog(),
  { ...consoleLog(), received: null },
  { received: ({ conn, payload }) => [conn.cid, payload], authenticated: ({ user, how }) => [user.cid, how] },
  { sent: (event) => (event.kind === 'answer' ? event.duration : event.delivery.sent) },
  // @ts-expect-error: no such hook
  { recieved: () => {} },
]
