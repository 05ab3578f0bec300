/** Something to be done: the name of one of `Effects`, and what it is given. */
export type Effect<Effects> = {
  [Name in keyof Effects]: Effects[Name] extends (...args: infer Args) => void ? readonly [Name, ...Args] : never
}[keyof Effects]

/** The next state of a machine, and what to do, in order. */
export type Step<State, Effects> = readonly [State, readonly Effect<Effects>[]]

/** Does what a machine asks for. */
export function perform<Effects>(effects: Effects, [name, ...args]: Effect<Effects>): void {
  const run = effects[name as keyof Effects] as (...args: readonly unknown[]) => void
  run(...args)
}
