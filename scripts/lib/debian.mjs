import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { clip, exec } from './exec.mjs'

/** The path of a program, among the folders that the shell looks in and those of `more`; undefined if there is none. */
export function pathOf(name, more = []) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...more]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** Installs a package of Debian's. Throws where that is not possible; `what` is how people call it, `help` what they can do. */
export async function installDebian(name, what, help) {
  if (!pathOf('apt-get')) throw new Error(`There is no ${what}, and no apt-get to install one with. ${help}`)
  const isRoot = process.getuid?.() === 0
  if (!isRoot && !pathOf('sudo')) throw new Error(`There is no ${what}, and installing one takes root. ${help}`)
  console.log(`installing ${name} with apt-get …`)
  const apt = (...args) => {
    const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]
    return isRoot ? exec(command[0], command.slice(1)) : exec('sudo', ['-n', ...command])
  }
  const updated = await apt('update')
  const added = await apt('install', '-y', '--no-install-recommends', name)
  if (added.code === 0) return
  throw new Error(`${clip(updated.output, 20)}\n${clip(added.output, 40)}\n${what} cannot be installed. ${help}`)
}
