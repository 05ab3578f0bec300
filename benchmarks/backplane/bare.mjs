const BODY = 'x'.repeat(256)

const handlers = { incoming() {}, node() {}, state() {}, gap() {}, failed: console.error }

async function join(socket, { redisBackplane }, given = {}) {
  const backplane = redisBackplane({ shards: socket })
  await backplane.start({ ...handlers, ...given })
  return backplane
}

export async function publisher(socket, modules) {
  const backplane = await join(socket, modules)
  let last = null
  return {
    publish(done) {
      last = { settle: () => done?.() }
      backplane.publish('t:bench', BODY, undefined, last)
    },
    settled: () => new Promise((resolve) => backplane.publish('t:bench-end', BODY, undefined, { settle: resolve })),
  }
}

export async function subscriber(socket, modules) {
  const end = { got: 0 }
  const incoming = () => {
    end.got++
  }
  const backplane = await join(socket, modules, { incoming })
  await backplane.attach(['t:bench'])
  return end
}

export async function bystander(socket, modules) {
  await join(socket, modules)
  return { got: 0 }
}
