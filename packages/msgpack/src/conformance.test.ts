import { codecConformance } from '@wse/testing'
import { test } from 'vitest'
import { msgpack } from './msgpack.js'

codecConformance({
  name: 'msgpack',
  test,
  codec: msgpack,
  native: true,
  values: [-0, 1e-300, '\ufeffbegins with a mark'],
})
