/** What stands for all words beyond the bound, by the conventions of OpenTelemetry. */
export const OTHER = '_OTHER'

/** Longest word that is taken: as long as a name may be. */
const LONGEST = 128

/**
 * Words that may label a metric: so many, and no more, whoever makes them up. A series for every name or error code that
 * comes from the network would be a way to fill the memory of whoever collects them.
 */
export class Vocabulary {
  readonly #words = new Set<string>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  /** The word itself, or what stands for all others. */
  of(word: string): string {
    if (this.#words.has(word)) return word
    if (this.#words.size >= this.#most || word.length > LONGEST) return OTHER
    this.#words.add(word)
    return word
  }
}
