import { levelsOf, parameterOf, textOfLevel } from './topic-name.js'

/** What a name was found under. */
export interface Found<Value> {
  readonly value: Value
  readonly params: Readonly<Record<string, string>>
}

interface Node<Value> {
  readonly texts: Map<string, Node<Value>>
  /** By separator: `:` of `room:{id}`. */
  readonly parameters: Map<string, Node<Value>>
  /** What stands for the whole name, and what its parameters are called. */
  end: { readonly value: Value; readonly names: readonly string[] } | null
}

/**
 * Values by template, found by name: at each level a text goes before a parameter. What a search costs depends on the
 * levels of the name, not on how many templates there are.
 */
export class Templates<Value> {
  readonly #root: Node<Value> = node()

  /** Adds a value; `false` if there is one under a template that stands for the same names. */
  add(template: string, value: Value): boolean {
    const names: string[] = []
    let at = this.#root
    for (const level of levelsOf(template)) {
      const name = parameterOf(level)
      if (name !== null) names.push(name)
      at = name === null ? child(at.texts, level) : child(at.parameters, separatorOf(level))
    }
    if (at.end !== null) return false
    at.end = { value, names }
    return true
  }

  /** Takes a template out. */
  remove(template: string): void {
    prune(this.#root, levelsOf(template), 0)
  }

  /** The value for a name, and the parameters in it. */
  find(name: string): Found<Value> | null {
    const levels = levelsOf(name)
    const values: string[] = []
    const end = search(this.#root, levels, 0, values)
    if (end === null) return null
    return { value: end.value, params: paramsOf(end.names, values) }
  }
}

const node = <Value>(): Node<Value> => ({ texts: new Map(), parameters: new Map(), end: null })

const separatorOf = (level: string) => level.slice(0, level.length - textOfLevel(level).length)

function child<Value>(children: Map<string, Node<Value>>, key: string): Node<Value> {
  const found = children.get(key) ?? node<Value>()
  children.set(key, found)
  return found
}

function search<Value>(
  at: Node<Value>,
  levels: readonly string[],
  depth: number,
  values: string[],
): Node<Value>['end'] {
  const level = levels[depth]
  if (level === undefined) return at.end
  const text = at.texts.get(level)
  const exact = text === undefined ? null : search(text, levels, depth + 1, values)
  if (exact !== null) return exact
  const parameter = at.parameters.get(separatorOf(level))
  const value = textOfLevel(level)
  if (parameter === undefined || value === '') return null
  values.push(value)
  const found = search(parameter, levels, depth + 1, values)
  if (found === null) values.pop()
  return found
}

/** An object without a prototype: names of parameters come from the application, their values from anyone. */
function paramsOf(names: readonly string[], values: readonly string[]): Record<string, string> {
  const params: Record<string, string> = Object.create(null)
  names.forEach((name, at) => {
    params[name] = values[at] as string
  })
  return params
}

/** Takes out the end of a path, and what led to nothing else. `true` if nothing is left here. */
function prune<Value>(at: Node<Value>, levels: readonly string[], depth: number): boolean {
  const level = levels[depth]
  if (level === undefined) at.end = null
  else {
    const isText = parameterOf(level) === null
    const children = isText ? at.texts : at.parameters
    const key = isText ? level : separatorOf(level)
    const next = children.get(key)
    if (next !== undefined && prune(next, levels, depth + 1)) children.delete(key)
  }
  return at.end === null && at.texts.size === 0 && at.parameters.size === 0
}
