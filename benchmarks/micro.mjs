// node benchmarks/micro.mjs <name>: bundles micro/<name>.ts with the sources of all packages, and runs it.
import { spawnSync } from 'node:child_process'
import { bundleMicro, dropBundles } from './harness/build.mjs'
import { install } from './harness/install.mjs'

const [name = 'session-cost'] = process.argv.slice(2)
install()
process.on('exit', dropBundles)
const program = await bundleMicro(name)
process.exit(spawnSync(process.execPath, ['--expose-gc', program], { stdio: 'inherit' }).status ?? 1)
