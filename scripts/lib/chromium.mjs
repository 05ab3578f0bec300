import { existsSync } from 'node:fs'
import { installDebian } from './debian.mjs'

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const HELP = 'Install Chromium, or set CHROMIUM to the path of one.'

/** The path of a Chromium: the one named by $CHROMIUM, one that is installed, or Debian's, installed now. */
export async function findChromium() {
  const named = process.env.CHROMIUM
  if (named && existsSync(named)) return named
  if (named) throw new Error(`CHROMIUM is ${named}, which does not exist.`)
  if (!installed()) await installDebian('chromium', 'Chromium', HELP)
  const path = installed()
  if (path) return path
  throw new Error(`Debian's package has no chromium. ${HELP}`)
}

const installed = () => USUAL.find((path) => existsSync(path))
