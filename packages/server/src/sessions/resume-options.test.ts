import { describe, expect, it } from 'vitest'
import { type ResumeOptions, resumeOption } from './resume-options.js'

const DEFAULTS = {
  window: 120_000,
  bytes: 262_144,
  frames: 1_000,
  suspended: 10_000,
  suspendedBytes: 67_108_864,
  perIdentity: 5,
}
const NAMES = Object.keys(DEFAULTS) as (keyof ResumeOptions)[]

const refused = (option: string) => expect.objectContaining({ code: 'wse.invalid-option', details: { option } })

describe('the option resume', () => {
  it('is the limits of PROTOCOL.md where nothing is said', () => {
    for (const given of [undefined, true, {}]) expect(resumeOption(given)).toEqual(DEFAULTS)
  })

  it('false lets sessions end with their links', () => {
    expect(resumeOption(false)).toBeNull()
  })

  it.each([null, [], 'yes', 1, 0, '', () => ({})])('may not be %s', (given) => {
    expect(() => resumeOption(given as unknown as ResumeOptions)).toThrow(refused('resume'))
  })

  it('cannot be changed once it was read', () => {
    expect(Object.isFrozen(resumeOption({ window: 1 }))).toBe(true)
  })

  it('knows no other members', () => {
    expect(() => resumeOption({ windows: 1 } as ResumeOptions)).toThrow(refused('resume.windows'))
  })
})

describe.each(NAMES)('its member %s', (name) => {
  it.each([1, 2, 1_000_000])('may be %i, and changes nothing else', (value) => {
    expect(resumeOption({ [name]: value })).toEqual({ ...DEFAULTS, [name]: value })
  })

  it('may be left to its default', () => {
    expect(resumeOption({ [name]: undefined })).toEqual(DEFAULTS)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, null, '5', true, 2 ** 60])('may not be %s', (value) => {
    expect(() => resumeOption({ [name]: value })).toThrow(refused(`resume.${name}`))
  })
})

it.each(NAMES.filter((name) => name !== 'window'))('%s is a whole number', (name) => {
  expect(() => resumeOption({ [name]: 1.5 })).toThrow(refused(`resume.${name}`))
})

it('the window is no longer than a timer can be', () => {
  expect(resumeOption({ window: 2 ** 31 - 1 })?.window).toBe(2 ** 31 - 1)
  expect(() => resumeOption({ window: 2 ** 31 })).toThrow(refused('resume.window'))
})
