// The import table of ARCHITECTURE.md as data. A package without a row here is a fault.

/**
 * - `packages`: which of the project's packages its source may import; `dev`: and its tests
 * - `vendors`: third-party module → the one file, or the folder (ending in `/`), of `src` that may import it
 * - `once`: vendors that exactly one file, of any name, imports
 * - `node`: whether node's own modules may be imported (`true`), or by which files alone
 * - `computed`: files that may import what is only known at run time
 */
export const importTable = {
  protocol: {
    packages: [],
    dev: [],
    vendors: {},
    once: [],
    node: [],
    computed: [],
  },
  client: {
    packages: ['@wse/protocol'],
    dev: ['@wse/testing'],
    vendors: { 'isomorphic-ws': '' },
    once: ['isomorphic-ws'],
    node: [],
    computed: [],
  },
  msgpack: {
    packages: ['@wse/protocol'],
    dev: ['@wse/testing'],
    vendors: {},
    once: [],
    node: [],
    computed: [],
  },
  opentelemetry: {
    packages: ['@wse/protocol'],
    dev: [],
    vendors: { '@opentelemetry/api': 'api.ts' },
    once: ['@opentelemetry/api'],
    node: [],
    computed: [],
  },
  redis: {
    packages: ['@wse/protocol'],
    dev: ['@wse/testing'],
    vendors: { ioredis: 'connection/ioredis.ts' },
    once: ['ioredis'],
    node: ['scripts/script.ts'],
    computed: [],
  },
  server: {
    packages: ['@wse/protocol'],
    dev: ['@wse/testing'],
    vendors: { ws: '' },
    once: ['ws'],
    node: true,
    computed: ['listeners.ts', 'listeners/'],
  },
  testing: {
    packages: ['@wse/protocol'],
    dev: [],
    vendors: { vitest: 'vitest.ts' },
    once: [],
    node: ['vitest.ts'],
    computed: [],
  },
}

/** Dependencies that nobody imports: a peer that another dependency asks for. */
export const unimported = { client: ['ws'] }

/** `@scope/name/entry` → `@scope/name` */
export function packageOf(specifier) {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}
