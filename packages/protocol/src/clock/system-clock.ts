import type { Clock } from './clock.js'

/** What is used of the realm. All of it is looked up when called, so that fake timers reach it and bare realms work. */
interface Realm {
  performance?: { now(): number }
  crypto?: { getRandomValues?(bytes: Uint8Array): Uint8Array }
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

const realm = globalThis as unknown as Realm

/**
 * The clock of the machine.
 *
 * `randomBytes` falls back to `Math.random` where the realm has no `crypto` (React Native without a polyfill). A client
 * uses it for ids only, which are no secrets; every runtime a server runs on has `crypto`.
 */
export const systemClock: Clock = Object.freeze<Clock>({
  now: () => (realm.performance ? realm.performance.now() : Date.now()),
  setTimer: (run, ms) => realm.setTimeout(run, ms),
  clearTimer: (timer) => realm.clearTimeout(timer),
  random: () => Math.random(),
  randomBytes(count) {
    const bytes = new Uint8Array(count)
    if (realm.crypto?.getRandomValues) return realm.crypto.getRandomValues(bytes)
    for (let i = 0; i < count; i++) bytes[i] = Math.floor(Math.random() * 256)
    return bytes
  },
})
