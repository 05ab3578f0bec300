/**
 * What an application sends: anything its codec can carry (JSON values by default, bytes as `Uint8Array`). Untyped
 * where no contract says more; this is the one `any` of the project, so that `({ user, text }) => …` needs no cast.
 */
// biome-ignore lint/suspicious/noExplicitAny: the one documented exception, see above
export type Payload = any
