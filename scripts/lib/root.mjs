import { relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository, without a trailing slash. */
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))

/** A path inside the repository, absolute. */
export const at = (...parts) => resolve(root, ...parts)

/** How a file is called in messages: relative to the repository, with forward slashes. */
export const shown = (path) => relative(root, path).split(sep).join('/')
