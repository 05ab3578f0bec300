/** One place of one source file, changed. */
export interface Mutant {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
}

/** Bundles the model with the sources of all packages, for plain Node. */
export function bundleModel(outfile: string, mutant?: Omit<Mutant, 'name'>): Promise<void>
