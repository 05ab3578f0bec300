import { WSE_ERROR, WseError } from '@wse/protocol'
import { describe, expect, it } from 'vitest'
import { type RedisBackplaneOptions, settingsOf } from './settings.js'

const URL_OF_ONE = 'redis://localhost'

function errorOf(options: unknown): WseError {
  try {
    settingsOf(options as RedisBackplaneOptions)
  } catch (thrown) {
    return thrown as WseError
  }
  throw new Error('it was taken')
}

describe('options', () => {
  it('have defaults, but for where Redis is', () => {
    const { clock, ...settings } = settingsOf({ shards: URL_OF_ONE })
    expect(settings).toEqual({
      shards: [URL_OF_ONE],
      prefix: 'wse',
      lease: 15_000,
      probe: 1_000,
      timeout: 5_000,
      bufferedBytes: 8_388_608,
    })
    expect(clock.now()).toBeGreaterThan(0)
  })

  it('take one Redis or several, by URL, path or options of ioredis', () => {
    const sentinel = { sentinels: [{ host: 'one', port: 26_379 }], name: 'main' }
    const list = ['rediss://user:secret@localhost:6380/2', '/run/redis.sock', '/run/redis.sock?db=3', sentinel]
    expect(settingsOf({ shards: list }).shards).toEqual(list)
    expect(settingsOf({ shards: sentinel }).shards).toEqual([sentinel])
  })

  it.each([
    [undefined],
    [{}],
    [{ shards: [] }],
    [{ shards: '' }],
    [{ shards: 'localhost' }],
    [{ shards: 'http://localhost' }],
    [{ shards: 'redis://' }],
    [{ shards: 'redis://a b' }],
    [{ shards: 6379 }],
    [{ shards: [[URL_OF_ONE]] }],
    [{ shards: [null] }],
    [{ shards: [URL_OF_ONE, URL_OF_ONE] }],
    [{ shards: URL_OF_ONE, prefix: '' }],
    [{ shards: URL_OF_ONE, prefix: 'a:b' }],
    [{ shards: URL_OF_ONE, prefix: 'x'.repeat(65) }],
    [{ shards: URL_OF_ONE, lease: 10 }],
    [{ shards: URL_OF_ONE, lease: '15s' }],
    [{ shards: URL_OF_ONE, probe: 0 }],
    [{ shards: URL_OF_ONE, timeout: Number.POSITIVE_INFINITY }],
    [{ shards: URL_OF_ONE, bufferedBytes: 1.5 }],
    [{ shards: URL_OF_ONE, clock: 5 }],
    [{ shards: URL_OF_ONE, url: URL_OF_ONE }],
  ])('are refused by name: %j', (options) => {
    const error = errorOf(options)
    expect(error).toBeInstanceOf(WseError)
    expect(error.code).toBe(WSE_ERROR.INVALID_OPTION)
    expect(error.message).toMatch(/^option redis/)
  })

  it('refuse what is decided here, and say where', () => {
    expect(errorOf({ shards: [URL_OF_ONE, { host: 'one', keyPrefix: 'x' }] }).message).toContain(
      'option redis.shards[1].keyPrefix: is decided',
    )
    expect(errorOf({ shards: `${URL_OF_ONE}?enableOfflineQueue=true` }).message).toContain('enableOfflineQueue')
  })
})
