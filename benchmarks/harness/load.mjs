import { readdirSync } from 'node:fs'
import { at } from './paths.mjs'

const namesIn = (folder) =>
  readdirSync(at(folder))
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => file.slice(0, -'.mjs'.length))

const load = (folder) => async (name) => (await import(at(`${folder}/${name}.mjs`))).default

export const loadScenario = load('scenarios')
export const loadContender = load('contenders')

const byRank = (one, two) => one.rank - two.rank

/** All there are, in the order of their `rank`. */
export const loadScenarios = async () => (await Promise.all(namesIn('scenarios').map(loadScenario))).sort(byRank)
export const loadContenders = async () => (await Promise.all(namesIn('contenders').map(loadContender))).sort(byRank)
