// Where a registry lacks the binaries of other platforms, npm leaves them out of package-lock.json, and `npm ci` then
// refuses the file, there and everywhere. This lists them again, by what their names say; run `npm install` afterwards.
import { missingIn, readLock, writeLock } from './lib/lock.mjs'

const SYSTEMS = { windows: 'win32' }
const MACHINES = { 64: 'x64' }

const lock = readLock()
for (const name of missingIn(lock)) {
  const [, owner] = Object.entries(lock.packages).find(([, { optionalDependencies }]) => optionalDependencies?.[name])
  lock.packages[`node_modules/${name}`] = entryFor(name, owner)
  console.log(`added ${name}`)
}
writeLock(lock)

/** `@scope/binding-linux-arm64-musl` → `{ os: ['linux'], cpu: ['arm64'], libc: ['musl'], … }` */
function entryFor(name, { optionalDependencies, dev, license }) {
  const words = name
    .split('/')
    .at(-1)
    .replace(/^(binding|cli)-/, '')
  const [system, machine, libc = ''] = words.split('-')
  const c = [libc.startsWith('musl') && 'musl', system === 'linux' && libc.startsWith('gnu') && 'glibc'].filter(Boolean)
  return {
    version: optionalDependencies[name],
    cpu: [MACHINES[machine] ?? machine],
    ...(dev && { dev }),
    ...(c.length > 0 && { libc: c }),
    ...(license && { license }),
    optional: true,
    os: [SYSTEMS[system] ?? system],
  }
}
