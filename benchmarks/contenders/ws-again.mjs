import ws from './ws.mjs'

/** The control: the very same code. What differs from `ws` is noise. */
export default { ...ws, name: 'ws-again', label: 'raw ws again', rank: 1, bundles: undefined }
