const DATA = 'x'.repeat(200)

const TOPICS = { wse: 'plain:bench', 'wse-kept': 'kept:bench' }

function serve({ socket }, { WseServer, redisBackplane }) {
  const server = new WseServer({
    identify: ({ accept }) => accept('ann'),
    backplane: redisBackplane({ shards: socket }),
    heartbeat: false,
    limits: { subscriptions: 20_000 },
  })
  server.topic('plain:{id}')
  server.topic('kept:{id}', { history: { size: 100 } })
  server.when.error((error) => console.error(error))
  return new Promise((resolve) => {
    const look = () => (server.health().backplane.state === 'up' ? resolve(server) : setTimeout(look, 5))
    look()
  })
}

export async function publisher(how, modules) {
  const server = await serve(how, modules)
  const topic = TOPICS[how.contender]
  let last = Promise.resolve()
  return {
    publish(done) {
      last = server.publish(topic, 'said', DATA)
      if (done) last.then(done)
    },
    settled: () => last,
  }
}

export async function subscriber(how, modules) {
  const server = await serve(how, modules)
  const sink = new Sink()
  const connected = server.when.connected()
  server.accept(sink)
  sink.onMessage('["~wse:hi",{"identity":"ann","v":5,"instance":"bench","attempt":1}]')
  const conn = await connected
  sink.onMessage(`["~wse:subscribe",[{"topic":"${TOPICS[how.contender]}"}],1]`)
  await new Promise((resolve) => setTimeout(resolve, 200))
  return {
    get got() {
      return sink.events
    },
    attach: (count) => attach(server, conn, count),
  }
}

export async function bystander(how, modules) {
  await serve(how, modules)
  return { got: 0 }
}

/** Subscribes to so many topics at once; how long that took, and what each takes of the heap. */
async function attach(server, conn, count) {
  for (let i = 0; i < count; i++) conn.subscribe(`warm:${i}`)
  await attached(server, count)
  for (let i = 0; i < count; i++) conn.unsubscribe(`warm:${i}`)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  global.gc()
  const heap = process.memoryUsage().heapUsed
  const start = performance.now()
  for (let i = 0; i < count; i++) conn.subscribe(`topic:${i}`)
  await attached(server, count)
  const ms = performance.now() - start
  global.gc()
  return { ms, bytes: (process.memoryUsage().heapUsed - heap) / count }
}

/** What is published to the last of them arrives. */
async function attached(server, count) {
  await server.publish(`topic:${count - 1}`, 'x', 1)
}

/** A link that leads nowhere, and counts events. */
class Sink {
  state = 'open'
  protocol = 'wse-default-json'
  bufferedAmount = 0
  onOpen = null
  onMessage = null
  onClose = null
  onDrain = null
  events = 0

  send(data) {
    // Several of a turn are one frame.
    for (let at = data.indexOf('["~wse:event"'); at >= 0; at = data.indexOf('["~wse:event"', at + 1)) this.events++
  }

  close() {}

  terminate() {}
}
