/**
 * A schema of any library that follows Standard Schema v1 (https://standardschema.dev): valibot, zod, arktype and others.
 * `Input` is what it takes, so what travels; `Output` what it makes of that, so what the application gets.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': StandardProps<Input, Output>
}

/** What a schema says about itself, and its one function. */
export interface StandardProps<Input = unknown, Output = Input> {
  readonly version: 1
  readonly vendor: string
  readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
  /** Only for the compiler. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined
}

/** What a schema answers: what it made of the value, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** One thing that is wrong with a value, in the words of the library. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What a schema takes. */
export type InferInput<S extends Schema> = NonNullable<S['~standard']['types']>['input']

/** What a schema makes of it. */
export type InferOutput<S extends Schema> = NonNullable<S['~standard']['types']>['output']

/** Whether a value is a Standard Schema; some libraries make theirs functions. */
export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard = (value as { '~standard'?: Partial<StandardProps> })['~standard']
  return typeof standard === 'object' && standard?.version === 1 && typeof standard.validate === 'function'
}
