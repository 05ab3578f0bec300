import { existsSync } from 'node:fs'
import { budgets } from './budget-rules.mjs'
import { exportsOf, isDocumented, isValue } from './exports.mjs'
import { optionMembers } from './options.mjs'
import { shown } from './root.mjs'

const entriesOf = (workspaces) =>
  workspaces.flatMap(({ entries }) => entries).filter(({ source }) => existsSync(source))

/** A name is counted once, however many entries lead to it. */
export function documentedRule(workspaces) {
  const reached = entriesOf(workspaces).flatMap(({ source }) => exportsOf(source))
  const names = [...new Map(reached.map((one) => [`${one.path}#${one.name}`, one])).values()]
  const bare = names.filter((one) => !isDocumented(one))
  const share = names.length === 0 ? 1 : 1 - bare.length / names.length
  return {
    rule: `${budgets.documentedExports * 100} % of exported names have a doc comment`,
    faults: share < budgets.documentedExports ? bare.map(({ name, path }) => `${shown(path)}: ${name}`) : [],
    figure: `exports ${names.length}, documented ${(share * 100).toFixed(1)} %`,
  }
}

export function optionsRule(files) {
  const members = files.flatMap(({ path }) => optionMembers(path))
  return {
    rule: 'every option has a doc comment with @default, or says that it is required',
    faults: members.filter(({ complete }) => !complete).map(({ where }) => where),
    figure: `options ${members.length}`,
  }
}

export function mainValuesRule(workspaces) {
  const mains = entriesOf(workspaces).filter(({ path }) => path === '.')
  const most = budgets.mainValues.most
  const counts = mains.map(({ specifier, source }) => [specifier, exportsOf(source).filter(isValue).length])
  return {
    rule: `a main entry exports at most ${most} values`,
    faults: counts.filter(([, count]) => count > most).map(([name, count]) => `${name}: ${count}`),
    figure: `values ${counts.map(([name, count]) => `${name} ${count}`).join(', ')}`,
  }
}
