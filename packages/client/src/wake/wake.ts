import type { Unsubscribe } from '@wse/protocol'

/** What woke a client: the network is back, or somebody looks at it again. */
export type Woken = 'online' | 'active'

/** Tells a client of moments at which a link may have died unseen, until it is taken back. */
export type WakeSource = (woken: (why: Woken) => void) => Unsubscribe

/** What is used of a page. */
interface Page {
  addEventListener?(type: string, listener: () => void): void
  removeEventListener?(type: string, listener: () => void): void
  readonly document?: Page & { readonly visibilityState?: string }
}

const page = globalThis as unknown as Page

/** A browser's: `online`, `pageshow`, and `visibilitychange` to visible. Elsewhere it never tells anything. */
export const browserWake: WakeSource = (woken) => {
  const { document } = page
  const listeners = [
    [page, 'online', () => woken('online')],
    [page, 'pageshow', () => woken('active')],
    [document, 'visibilitychange', () => document?.visibilityState === 'visible' && woken('active')],
  ] as const
  for (const [on, type, listener] of listeners) on?.addEventListener?.(type, listener)
  return () => {
    for (const [on, type, listener] of listeners) on?.removeEventListener?.(type, listener)
  }
}

/** What is used of React Native's `AppState`. */
export interface AppStateLike {
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void }
}

/** What is used of `@react-native-community/netinfo`. */
export interface NetInfoLike {
  addEventListener(listener: (state: { isConnected: boolean | null }) => void): () => void
}

/**
 * A React Native app's: the app is active again, or the network is back.
 *
 * @example
 * import NetInfo from '@react-native-community/netinfo'
 * import { AppState } from 'react-native'
 * const client = new WseClient({ url, re: true, wake: reactNativeWake(AppState, NetInfo) })
 */
export function reactNativeWake(appState: AppStateLike, netInfo?: NetInfoLike): WakeSource {
  return (woken) => {
    let wasOnline = true
    const app = appState.addEventListener('change', (state) => {
      if (state === 'active') woken('active')
    })
    const offNet = netInfo?.addEventListener(({ isConnected }) => {
      if (isConnected && !wasOnline) woken('online')
      // null is "not known yet".
      wasOnline = isConnected !== false
    })
    return () => {
      app.remove()
      offNet?.()
    }
  }
}
