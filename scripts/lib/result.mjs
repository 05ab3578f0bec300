import { clip } from './exec.mjs'

/** The result of one program: what it printed is shown only if it failed. */
export function fromProgram({ code, output }, { passed = 1, note = [] } = {}) {
  return code === 0 ? { passed, failed: 0, messages: note } : { passed: 0, failed: 1, messages: [clip(output)] }
}

/** The result of several rules, each a name and the faults found against it; notes are shown in any case. */
export function fromRules(rules, notes = []) {
  const broken = rules.filter(({ faults }) => faults.length > 0)
  const messages = broken.flatMap(({ rule, faults }) => [
    `${rule}:`,
    clip(faults.map((fault) => `  ${fault}`).join('\n'), 80),
  ])
  return { passed: rules.length - broken.length, failed: broken.length, messages: [...notes, ...messages] }
}

/** Several results as one. */
export function merge(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  return { passed: sum('passed'), failed: sum('failed'), messages: results.flatMap(({ messages }) => messages) }
}
