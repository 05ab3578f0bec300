import { fileURLToPath } from 'node:url'
import { fromListener, load, register, SocketChannelListener } from '@wse/server/listeners'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { refused, Subscriber } from './subscriber.js'

const SOCKETS = fileURLToPath(new URL('./sockets', import.meta.url))

class Chat {
  channelName() {
    return 'chat'
  }

  isAuthorised() {
    return true
  }

  deletedMessage(this: { broadcast(...args: unknown[]): void }) {
    this.broadcast('chat', 'deleted')
  }
}

behaviour('listeners as classes', (test) => {
  test('[E13] [P19] a folder of them is found and registered', async (ends) => {
    const { server } = await ends.server()
    const found = await load(server, SOCKETS)
    expect(found.map((one) => (one.kind === 'topic' ? one.template : one.type)).sort()).toEqual([
      'global-chat',
      'ping',
      'user:chat.*',
    ])
    const ann = await Subscriber.enter(ends, server, 'ann')
    const eve = await Subscriber.enter(ends, server, 'eve')
    expect(await ann.subscribe('global-chat', 'user:chat.7')).toEqual([{}, {}])
    expect(await eve.subscribe('global-chat')).toMatchObject(refused('wse.topic.forbidden'))
    await ann.publish('global-chat', 'message', { message: 'hi' })
    await ann.publish('user:chat.7', 'whereAmI', 5)
    expect(await ann.hears(2)).toEqual([
      ['global-chat', 'message', { from: 'ann', message: 'hi' }],
      ['user:chat.7', 'here', ['user:chat.7', 'user:chat.7', 'whereAmI', 5]],
    ])
    const { default: User } = (await import(`${SOCKETS}/more/user-channel.mjs`)) as { default: { log: string[] } }
    expect(User.log.slice(-2)).toEqual(['subscribe user:chat.7', 'publish user:chat.7'])
    await expect(load(server, SOCKETS)).rejects.toMatchObject({ code: 'wse.invalid-option' })
    await expect(load(server, fileURLToPath(new URL('../fixtures', import.meta.url)))).rejects.toMatchObject({
      code: 'wse.invalid-option',
    })
  })

  test('[E12] a listener of messages handles those of its name', async (ends) => {
    const { server } = await ends.server()
    await load(server, SOCKETS)
    const ann = await Subscriber.enter(ends, server, 'ann')
    ann.peer.send(['ping', { n: 1 }])
    await until(() => ann.peer.received.some((frame) => JSON.stringify(frame) === '["pong",{"n":1}]'))
  })

  test('[E7] [E8] its events are the methods of its own prototype, whatever a client calls', async (ends) => {
    const { server } = await ends.server()
    const remove = register(server, fromListener(new Chat()))
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('chat')
    await ann.publish('chat', 'deletedMessage')
    expect(await ann.hears(1)).toEqual([['chat', 'deleted']])
    for (const event of ['constructor', 'broadcast', 'channelName', 'isAuthorised', 'toString', '__defineGetter__']) {
      expect(await ann.publish('chat', event), event).toMatchObject({ error: { code: 'wse.topic.forbidden' } })
    }
    remove()
    expect(await ann.subscribe('chat')).toEqual([{}])
    const bob = await Subscriber.enter(ends, server, 'bob')
    expect(await bob.subscribe('chat')).toMatchObject(refused('wse.topic.unknown'))
    for (const wrong of [null, {}, { channelName: () => 'x' }, { eventName: () => 'x' }, 5]) {
      expect(() => fromListener(wrong as never)).toThrow(expect.objectContaining({ code: 'wse.invalid-option' }))
    }
  })

  test('what a listener keeps in itself is there at the next event', async (ends) => {
    const { server } = await ends.server()
    class Counting extends SocketChannelListener {
      count = 0
      channelName() {
        return 'counting'
      }
      isAuthorised() {
        return true
      }
      next() {
        this.count++
        this.broadcast(this.getChannelName(), 'now', this.count)
      }
    }
    const listener = new Counting()
    register(server, fromListener(listener))
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('counting')
    await ann.publish('counting', 'next')
    await ann.publish('counting', 'next')
    expect(await ann.hears(2)).toEqual([
      ['counting', 'now', 1],
      ['counting', 'now', 2],
    ])
    expect(listener.count).toBe(2)
  })

  test('a folder is found by its URL, and of one with a listener that cannot be registered none is', async (ends) => {
    const { server } = await ends.server()
    server.topic('user:chat.{id}')
    const dir = new URL('./sockets/', import.meta.url)
    await expect(load(server, dir)).rejects.toMatchObject({ code: 'wse.invalid-option' })
    const ann = await Subscriber.enter(ends, server, 'ann')
    expect(await ann.subscribe('global-chat')).toMatchObject(refused('wse.topic.unknown'))
    const { server: other } = await ends.server()
    expect(await load(other, dir)).toHaveLength(3)
  })
})
