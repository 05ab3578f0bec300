import { existsSync } from 'node:fs'
import { installDebian, pathOf } from './debian.mjs'

/** Where it may be though the shell does not look there. */
const USUAL = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
const HELP = 'Install Redis 6.2 or later, or set REDIS_SERVER to the path of a redis-server.'

/**
 * The path of a redis-server: the one named by $REDIS_SERVER, one that is installed, or Debian's, installed now. Whoever
 * asks starts one of their own: the service of the system is neither used nor needed.
 */
export async function findRedis() {
  const named = process.env.REDIS_SERVER
  if (named && existsSync(named)) return named
  if (named) throw new Error(`REDIS_SERVER is ${named}, which does not exist.`)
  const installed = () => pathOf('redis-server', USUAL)
  if (!installed()) await installDebian('redis-server', 'Redis', HELP)
  const path = installed()
  if (path) return path
  throw new Error(`Debian's package has no redis-server. ${HELP}`)
}
