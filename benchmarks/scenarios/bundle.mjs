import { brotliCompressSync, gzipSync } from 'node:zlib'
import { bundledForBrowsers } from '../harness/build.mjs'

export default {
  name: 'bundle',
  rank: 80,
  title: 'What a browser loads',
  about: 'The client, bundled and minified by esbuild for browsers.',
  variants: {
    client: { imports: 'client', quick: true },
    'client, errors and codes': { imports: 'codes', against: 'client' },
  },
  columns: [
    { key: 'minified', title: 'minified bytes', better: 'less' },
    { key: 'gzip', title: 'gzip bytes', better: 'less' },
    { key: 'brotli', title: 'brotli bytes', better: 'less' },
  ],
  /** Our raw client does next to nothing. */
  ratios: false,
  rounds: 1,
  /** Needs no processes. */
  alone: true,
  can: ({ bundles }, { imports }) => Boolean(bundles?.[imports]),

  async measure({ bundles }, { imports }) {
    const code = await bundledForBrowsers(bundles[imports])
    return { minified: code.length, gzip: gzipSync(code).length, brotli: brotliCompressSync(code).length }
  },
}
