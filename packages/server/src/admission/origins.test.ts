import { expect, it } from 'vitest'
import { originAllowed, originsOption } from './origins.js'

const allowed = (headers: Record<string, string>, { secure = false, hops = 0 } = {}) =>
  originAllowed({ headers, secure }, 'same-origin', hops)

it.each([
  ['http://app.example.com', 'app.example.com', true],
  ['https://APP.example.com', 'app.example.com', true],
  ['http://app.example.com', 'app.example.com:80', true],
  ['https://app.example.com', 'App.Example.Com:443', true],
  ['http://localhost:4200', 'localhost:4200', true],
  ['http://[::1]:4200', '[::1]:4200', true],
  ['http://localhost:4200', 'localhost:4201', false],
  ['http://localhost', '127.0.0.1', false],
  ['https://evil.tld', 'app.example.com', false],
  ['https://app.example.com.evil.tld', 'app.example.com', false],
  ['https://evil.app.example.com', 'app.example.com', false],
  ['null', 'app.example.com', false],
  ['null', 'null', false],
  ['file://', '', false],
  ['http://', '', false],
  ['https://app.example.com', '', false],
  ['https://app.example.com', 'a b', false],
  ['chrome-extension://app.example.com', 'app.example.com', false],
])('[H3] a page of %s at a server of %s is of the same origin: %s', (origin, host, same) => {
  expect(allowed({ origin, host })).toBe(same)
})

it('[H3] a program, which sends no origin, is let in', () => {
  expect(allowed({ host: 'app.example.com' })).toBe(true)
})

it('[H3] a page that came without TLS is of another origin than a server that has it', () => {
  const page = { origin: 'http://app.example.com', host: 'app.example.com' }
  expect(allowed(page, { secure: true })).toBe(false)
  expect(allowed({ ...page, origin: 'https://app.example.com' }, { secure: true })).toBe(true)
  expect(allowed({ ...page, 'x-forwarded-proto': 'https' }, { hops: 1 })).toBe(false)
  expect(allowed({ ...page, 'x-forwarded-proto': 'https' })).toBe(true)
})

it('[H3] what a proxy says of the host counts where it is trusted', () => {
  const page = { origin: 'https://app.example.com', host: '10.0.0.7:8080', 'x-forwarded-host': 'app.example.com' }
  expect(allowed(page)).toBe(false)
  expect(allowed(page, { hops: 1 })).toBe(true)
  expect(allowed({ ...page, 'x-forwarded-host': 'evil.tld, app.example.com' }, { hops: 1 })).toBe(true)
  expect(allowed({ ...page, 'x-forwarded-host': 'app.example.com, other.tld' }, { hops: 1 })).toBe(false)
})

it('[H3] origins are any, those of a list, or the own; which of them without the option, its reader says', () => {
  expect(originsOption(undefined)).toBe('*')
  expect(originsOption(undefined, 'same-origin')).toBe('same-origin')
  expect(originsOption('same-origin')).toBe('same-origin')
  expect(originsOption(['https://A.tld'])).toEqual(['https://a.tld'])
  for (const wrong of ['same', null, ['a.tld'], ['https://a.tld/'], 'https://a.tld']) {
    expect(() => originsOption(wrong)).toThrow(/option origins/)
  }
})
