import type { Payload } from '@wse/protocol'
import { type OptionReader, oneOf } from '@wse/protocol/internal'

/** Where a server may send this client: its own origin only, a list of origins, or what a function says. */
export type JumpPolicy = 'same-origin' | readonly string[] | ((url: string) => boolean)

/** Reads the `jumpPolicy` option. */
export const jumpPolicyOption: OptionReader<JumpPolicy> = /* @__PURE__ */ oneOf<JumpPolicy>(
  'same-origin',
  (given) =>
    given === 'same-origin' ||
    typeof given === 'function' ||
    (Array.isArray(given) && given.every((origin) => /^wss?:\/\/[^\s/?#]+$/i.test(origin))),
  "'same-origin', a list such as ['wss://b.example.com'], or a function",
)

/** Scheme, host and port of a URL. React Native has no complete `URL`. */
function originOf(url: string): string {
  return (/^wss?:\/\/[^/?#]+/i.exec(url)?.[0] ?? '').toLowerCase()
}

/** Where a server's wish leads, and whether the identity may go along; null if it is not to be followed. */
export function judgeMove(
  policy: JumpPolicy,
  from: string,
  to: string,
  identity: Payload,
): { readonly identity: Payload } | null {
  const origin = originOf(to)
  if (origin === '' || (origin.startsWith('ws:') && /^wss:/i.test(from))) return null
  if (origin === originOf(from)) return { identity }
  const listed = Array.isArray(policy) && policy.some((other: string) => originOf(other) === origin)
  if (!listed && !(typeof policy === 'function' && policy(to) === true)) return null
  // A function is asked again, and told the url; a value was meant for the server it was given for.
  return { identity: listed || typeof identity === 'function' ? identity : '' }
}
