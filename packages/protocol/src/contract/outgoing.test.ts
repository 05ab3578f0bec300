import { afterEach, describe, expect, it, vi } from 'vitest'
import { WSE_ERROR } from '../codes/tables.js'
import { checksOutgoing } from './outgoing.js'

describe('what leaves is checked', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('always, or never, where an end says so', () => {
    expect(checksOutgoing('always', () => false)).toBe(true)
    expect(checksOutgoing('never', () => true)).toBe(false)
  })

  it('in development, if nothing is said', () => {
    expect(checksOutgoing(undefined, () => true)).toBe(true)
    expect(checksOutgoing(undefined, () => false)).toBe(false)
    expect(checksOutgoing('development', () => true)).toBe(true)
  })

  it('by the environment of the process', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(checksOutgoing(undefined)).toBe(false)
    vi.stubEnv('NODE_ENV', 'development')
    expect(checksOutgoing(undefined)).toBe(true)
    vi.stubEnv('NODE_ENV', undefined)
    expect(checksOutgoing(undefined)).toBe(true)
  })

  it('not where there is no process and no bundler', () => {
    vi.stubGlobal('process', undefined)
    const checks = checksOutgoing(undefined)
    vi.unstubAllGlobals()
    expect(checks).toBe(false)
  })

  it('by no other word', () => {
    expect(() => checksOutgoing('sometimes')).toThrow(
      expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option: 'outgoing' } }),
    )
  })
})
