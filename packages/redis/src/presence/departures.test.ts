import { expect, it } from 'vitest'
import { Departures } from './departures.js'

it('gives each once what is to be taken back, but for what has come back', () => {
  const departures = new Departures()
  departures.add('s', ['ann', 'bob'])
  departures.add('s', ['bob', 'eve'])
  departures.add('t', ['ann'])
  departures.remove('s', ['ann', 'nobody'])
  departures.remove('t', ['ann'])
  departures.remove('none', ['ann'])
  expect(departures.take()).toEqual([['s', ['bob', 'eve']]])
  expect(departures.take()).toEqual([])
})

it('gives up where there is too much of it, and begins anew once that was noticed', () => {
  const departures = new Departures()
  const ids = Array.from({ length: 6_000 }, (_, at) => `${at}`)
  departures.add('s', ids)
  departures.add('s', ids)
  expect(departures.isTooMany).toBe(false)
  departures.add('t', ids)
  expect(departures.isTooMany).toBe(true)
  departures.take()
  expect(departures.isTooMany).toBe(false)
})
