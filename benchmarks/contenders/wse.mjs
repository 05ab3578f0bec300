import { bundles, wse } from './wse/make.mjs'

/** As by default: sessions that survive their links. */
export default wse({ name: 'wse', label: 'WSE', rank: 10, bundles })
