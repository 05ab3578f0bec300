import type { BackplaneCapabilities } from './cluster.js'
import type { Scene } from './scene.js'

/** One rule of the contract and how to try it. */
export interface BackplaneCase {
  /** The rule, as a sentence. */
  readonly name: string
  /** What must be possible for this case to make sense. */
  readonly needs?: readonly (keyof BackplaneCapabilities)[]
  /** Rejects if the rule is broken. */
  run(scene: Scene): Promise<void>
}
