export { WseClient } from '@wse/client'
export { msgpack } from '@wse/msgpack'
export { jsonCodec } from '@wse/protocol/wire'
