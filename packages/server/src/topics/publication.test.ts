import { expect, it } from 'vitest'
import { checkPublishOptions, Publication, type PublishOptions } from './publication.js'

const check = (options: unknown, hasHistory: boolean) => () =>
  checkPublishOptions(options as PublishOptions | undefined, hasHistory)

it.each([
  [undefined, false],
  [{}, false],
  [{ volatile: true, compress: true, except: 'ann' }, false],
  [{ latest: 'cursor' }, true],
  [{ key: undefined, volatile: true }, false],
  [{ key: 'k'.repeat(128) }, true],
])('%j may be how an event is published', (options, hasHistory) => {
  expect(check(options, hasHistory)).not.toThrow()
})

it.each([
  ['no group of options', 'volatile', true],
  ['an option there is not', { volatil: true }, true],
  ['a key that is empty', { key: '' }, true],
  ['a key that is too long', { key: 'k'.repeat(129) }, true],
  ['a key that is no text', { key: 5 }, true],
  ['a key where no history keeps it', { key: 'k' }, false],
  ['a key of what may be dropped', { key: 'k', volatile: true }, true],
  ['a key of what may be replaced', { key: 'k', latest: 'cursor' }, true],
])('%s is refused', (_, options, hasHistory) => {
  expect(check(options, hasHistory)).toThrow(expect.objectContaining({ code: 'wse.invalid-option' }))
})

it('a publication has a position where a history has one', () => {
  expect({ ...new Publication({ epoch: 'e1', offset: 3 }, true) }).toEqual({
    sent: 0,
    queued: 0,
    dropped: 0,
    offset: 3,
    epoch: 'e1',
    repeated: true,
  })
  expect(new Publication()).toMatchObject({ offset: undefined, epoch: undefined, repeated: false })
})
