import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Unsubscribe } from '@wse/protocol'
import { invalidOption } from '@wse/protocol/internal'
import type { WseServer } from '../server.js'
import { fromListener, type ListenerDefinition, register } from './from-listener.js'
import type { Listener } from './shapes.js'

/** Files that hold listeners: modules, but for types and tests. */
const MODULE = /^(?!.*\.(test|spec)\.).*\.(js|mjs|cjs)$/

/**
 * Registers every listener class of a folder and those in it: each file exports one, or several, as classes that take no
 * arguments, or as instances. All of them, or none.
 *
 * @throws {WseError} (by rejection) `INVALID_OPTION` for a folder without listeners, or for two of the same name
 * @example
 * await load(server, new URL('./sockets', import.meta.url))
 */
export async function load(server: WseServer, dir: string | URL): Promise<ListenerDefinition[]> {
  const files = (await filesIn(dir instanceof URL ? fileURLToPath(dir) : dir)).sort()
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(file).href)))
  const definitions = modules.flatMap((module: object) => Object.values(module).flatMap(definitionsOf))
  if (definitions.length === 0) throw invalidOption('dir', `has no listeners: ${dir}`)
  refuseTwice(definitions)
  registerAll(server, definitions)
  return definitions
}

function registerAll(server: WseServer, definitions: readonly ListenerDefinition[]): void {
  const registered: Unsubscribe[] = []
  try {
    for (const definition of definitions) registered.push(register(server, definition))
  } catch (thrown) {
    for (const remove of registered) remove()
    throw thrown
  }
}

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile() && MODULE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

function definitionsOf(exported: unknown): ListenerDefinition[] {
  const instance = typeof exported === 'function' && isListener(exported.prototype) ? construct(exported) : exported
  return isListener(instance) ? [fromListener(instance)] : []
}

const construct = (made: object) => Reflect.construct(made as new () => unknown, [])

function isListener(value: unknown): value is Listener {
  if (typeof value !== 'object' || value === null) return false
  return ['eventName', 'channelName'].some((name) => typeof Reflect.get(value, name) === 'function')
}

function refuseTwice(definitions: readonly ListenerDefinition[]): void {
  const names = definitions.map((definition) => (definition.kind === 'topic' ? definition.template : definition.type))
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw invalidOption('dir', `has two listeners for ${twice}`)
}
