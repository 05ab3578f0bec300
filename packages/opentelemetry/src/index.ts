export { instrumentClient } from './instrument-client.js'
export { instrumentServer } from './instrument-server.js'

export type { InstrumentedBackplane, InstrumentedClient, InstrumentedConnection, InstrumentedServer } from './ends.js'
export type { InstrumentOptions } from './options.js'
