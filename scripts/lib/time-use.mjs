import { importsOf, walk } from './parse.mjs'

const REALMS = ['globalThis', 'window', 'self', 'global']
const TIMERS = ['setTimeout', 'setInterval']
const MEMBERS = ['Date.now', 'Math.random', 'performance.now', 'AbortSignal.timeout']
const SLEEPERS = ['setTimeout', 'setImmediate']
const CUSTOMARY = /^(r|res|resolve|done)$/

/** Lines on which a file takes time or chance from the machine instead of from its clock. */
export function clockLeaks(file) {
  const lines = []
  walk(file.program, (node, parent) => {
    const name = node.type === 'Identifier' && !isKey(node, parent) ? node.name : globalName(node)
    if (TIMERS.includes(name) || MEMBERS.includes(name)) lines.push(file.line(node.start))
  })
  return lines
}

/** Names a property of something, or a member being declared, rather than a variable. */
function isKey(node, parent) {
  if (parent?.type === 'MemberExpression') return parent.property === node && !parent.computed
  return parent?.key === node && !parent.shorthand && !parent.computed
}

/** `globalThis.setTimeout` → `setTimeout`, `Date.now` → `Date.now` */
function globalName(node) {
  if (node.type !== 'MemberExpression' || node.computed || node.object.type !== 'Identifier') return null
  const { object, property } = node
  return REALMS.includes(object.name) ? property.name : `${object.name}.${property.name}`
}

/** Lines on which a test waits for real time to pass. */
export function sleeps(file) {
  const lines = importsOf(file)
    .filter(({ specifier }) => /^(node:)?timers\/promises$/.test(specifier ?? ''))
    .map(({ line }) => line)
  walk(file.program, (node) => {
    if (isSleepingPromise(node) || (isSleeper(node) && CUSTOMARY.test(node.arguments[0]?.name ?? ''))) {
      lines.push(file.line(node.start))
    }
  })
  return [...new Set(lines)]
}

/** `new Promise(setImmediate)`, and `new Promise((r) => setTimeout(r, 10))` whatever it calls its `r`. */
function isSleepingPromise(node) {
  if (node.type !== 'NewExpression' || node.callee.name !== 'Promise') return false
  const executor = node.arguments[0]
  if (SLEEPERS.includes(executor?.name)) return true
  const resolve = executor?.params?.[0]?.name
  return (
    resolve !== undefined &&
    contains(executor.body, (inner) => isSleeper(inner) && settles(inner.arguments[0], resolve))
  )
}

const settles = (argument, resolve) =>
  argument?.name === resolve ||
  contains(argument, (node) => node.type === 'CallExpression' && node.callee.name === resolve)

function isSleeper(node) {
  if (node.type !== 'CallExpression') return false
  return SLEEPERS.includes(node.callee.name ?? globalName(node.callee))
}

function contains(root, matches) {
  let found = false
  if (root) walk(root, (node) => (found ||= matches(node)))
  return found
}
