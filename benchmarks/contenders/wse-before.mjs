import { resolve } from 'node:path'
import { wse } from './wse/make.mjs'

const { BEFORE } = process.env

/** WSE as it was: another checkout of this repository, in the same rounds. */
export default wse({
  name: 'wse-before',
  label: 'WSE before',
  rank: 12,
  missing: BEFORE ? null : 'set BEFORE to the path of another checkout',
  bundle: 'before',
  checkout: resolve(BEFORE ?? ''),
})
