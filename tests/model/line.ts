import type { TopicGap } from '@wse/client'

/** What a subscription has been told of a topic, one after the other, against what was published. */
export interface Line {
  /** It is subscribed for the first time. */
  ready(): void
  event(n: number, offset: number | undefined): void
  gap(gap: TopicGap): void
  /** At rest it has all there is. */
  check(): void
}
