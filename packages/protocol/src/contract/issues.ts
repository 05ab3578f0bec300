import type { SchemaIssue } from './standard-schema.js'

/** One thing that is wrong with a payload, as the other end is told it: never with the value. */
export interface Issue {
  /** Where, from the outside in; empty for the payload itself. */
  readonly path: readonly (string | number)[]
  /** What was expected. */
  readonly message: string
}

/** What a library may say about an issue beside its text. All of it is the schema's, none of it the value's. */
interface Facts {
  readonly expected?: unknown
  readonly code?: unknown
  readonly type?: unknown
  readonly format?: unknown
  readonly minimum?: unknown
  readonly maximum?: unknown
}

const ISSUES = 16
const PATH_LENGTH = 32
const KEY_LENGTH = 64
const MESSAGE_LENGTH = 160

/** What arktype adds to the facts of a union: the value. */
const VALUE = / \(was .*/s

/**
 * Issues as they may travel. The library's own text is left out, since it may quote the value (`but received "secret"`);
 * what it expected is told instead, or the kind of the issue.
 */
export function tellIssues(issues: readonly SchemaIssue[]): Issue[] {
  return first(ISSUES, issues, (issue) => ({ path: pathOf(issue), message: messageOf(issue) }))
}

/** One line about the first issue, for the text of an error. */
export function firstOf(issues: readonly Issue[]): string {
  const [issue] = issues
  if (issue === undefined) return 'does not fit'
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`
}

/** Plain arrays: those of some libraries are of classes of their own, which `slice` and `map` would make again. */
function first<Value, Made>(most: number, values: readonly Value[], make: (value: Value) => Made): Made[] {
  return Array.from({ length: Math.min(values.length, most) }, (_, index) => make(values[index] as Value))
}

function pathOf({ path }: SchemaIssue): (string | number)[] {
  return first(PATH_LENGTH, path ?? [], (segment) => keyOf(typeof segment === 'object' ? segment.key : segment))
}

function keyOf(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : cut(String(key), KEY_LENGTH)
}

function messageOf(issue: SchemaIssue & Facts): string {
  const { expected, code, type, format, minimum, maximum } = issue
  if (typeof expected === 'string') return cut(`expected ${expected.replace(VALUE, '')}`, MESSAGE_LENGTH)
  const kind = [code, type].find((name) => typeof name === 'string') ?? 'does not fit'
  const limits = Object.entries({ format, minimum, maximum }).filter(([, limit]) => isPlain(limit))
  const text = [kind, ...limits.map(([name, limit]) => `${name} ${limit}`)].join(', ')
  return cut(text, MESSAGE_LENGTH)
}

const isPlain = (limit: unknown) => typeof limit === 'string' || typeof limit === 'number' || typeof limit === 'bigint'
const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text)
