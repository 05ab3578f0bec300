import { expect, it } from 'vitest'
import { checkPublishOptions, PUBLISHED, Publication, type PublishOptions } from './publication.js'

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

const PLACED = { ok: true, receivers: 1, position: { epoch: 'e1', offset: 3 }, repeated: true } as const

it('a publication has a position where a history has one', () => {
  const placed = { sent: 0, queued: 0, dropped: 0, offset: 3, epoch: 'e1', repeated: true }
  expect({ ...new Publication(PLACED) }).toEqual(placed)
  expect(new Publication(PUBLISHED)).toMatchObject({ offset: undefined, epoch: undefined, repeated: false })
})

it('a publication that is known gives its outcome to who awaits it', async () => {
  expect(await new Publication(PLACED)).toEqual({
    ok: true,
    offset: 3,
    epoch: 'e1',
    repeated: true,
    reason: undefined,
    detail: undefined,
  })
})

it('a publication that is not known yet gives its outcome as soon as it is', async () => {
  const publication = new Publication(null)
  const waiting = Promise.all([publication, publication])
  expect([publication.pending, publication.offset]).toEqual([true, undefined])
  publication.settle({ ok: false, reason: 'down', detail: 'frozen' })
  const outcome = { ok: false, offset: undefined, repeated: false, reason: 'down', detail: 'frozen' }
  expect(await waiting).toMatchObject([outcome, outcome])
  expect(publication.pending).toBe(false)
})
