import { describe, expect, it } from 'vitest'
import { rulesOf } from './handler-options.js'

const invalid = (option: string) => expect.objectContaining({ code: 'wse.invalid-option', details: { option } })

describe('hooks', () => {
  const [general, own] = [() => 'general', () => 'own']

  it('[Q19] are those of the most specific level that says anything', () => {
    const rules = rulesOf({ log: { received: own, sent: undefined } }, { received: general, sent: general }, true)
    expect(rules).toMatchObject({ received: own, sent: general, error: null })
  })

  it('are off where they are null, one or all', () => {
    expect(rulesOf({ log: { received: null } }, { received: general, sent: general }, true)).toMatchObject({
      received: null,
      sent: general,
    })
    expect(rulesOf({ log: null }, { received: general, error: general }, true)).toMatchObject({
      received: null,
      error: null,
    })
    expect(rulesOf(undefined, null, true)).toMatchObject({ received: null, sent: null, error: null })
  })
})

describe('options of a handler', () => {
  it.each([
    ['use', { use: () => {} }],
    ['use', { use: [1] }],
    ['log', { log: 5 }],
    ['log.received', { log: { received: 'yes' } }],
    ['log.authenticated', { log: { authenticated: () => {} } }],
    ['timeout', { timeout: -1 }],
    ['timeout', { timeout: Number.NaN }],
    ['timeuot', { timeuot: 5 }],
  ])('with a wrong %s are refused', (option, options) => {
    expect(() => rulesOf(options as object, undefined, true)).toThrow(invalid(`options.${option}`))
  })

  it('of a message have no time-out', () => {
    expect(() => rulesOf({ timeout: 5 }, undefined, false)).toThrow(invalid('options.timeout'))
  })

  it('are copied', () => {
    const use = [() => {}]
    const rules = rulesOf({ use }, undefined, true)
    use.push(() => {})
    expect(rules.use).toHaveLength(1)
  })
})
