import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { clip, exec } from './exec.mjs'

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const HELP = 'Install Chromium, or set CHROMIUM to the path of one.'

/** The path of a Chromium: the one named by $CHROMIUM, one that is installed, or Debian's, installed now. */
export async function findChromium() {
  const named = process.env.CHROMIUM
  if (named && existsSync(named)) return named
  if (named) throw new Error(`CHROMIUM is ${named}, which does not exist.`)
  return installed() ?? (await installDebian())
}

const installed = () => USUAL.find((path) => existsSync(path))

async function installDebian() {
  if (!onPath('apt-get')) throw new Error(`There is no Chromium, and no apt-get to install one with. ${HELP}`)
  const isRoot = process.getuid?.() === 0
  if (!isRoot && !onPath('sudo')) throw new Error(`There is no Chromium, and installing one takes root. ${HELP}`)
  console.log('installing chromium with apt-get …')
  const apt = (...args) => {
    const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]
    return isRoot ? exec(command[0], command.slice(1)) : exec('sudo', ['-n', ...command])
  }
  const updated = await apt('update')
  const added = await apt('install', '-y', '--no-install-recommends', 'chromium')
  const path = installed()
  if (added.code === 0 && path) return path
  throw new Error(`${clip(updated.output, 20)}\n${clip(added.output, 40)}\nChromium cannot be installed. ${HELP}`)
}

const onPath = (name) => (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, name)))
