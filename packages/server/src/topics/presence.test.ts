import { beforeEach, describe, expect, it } from 'vitest'
import { Presence } from './presence.js'

let presence: Presence

beforeEach(() => {
  presence = new Presence()
})

/** Devices `d0` … of users `u0` …. */
function fill(count: number): void {
  for (let n = 0; n < count; n++) presence.set(`u${n}`, `d${n}`, undefined)
}

describe('the whole room', () => {
  it('is one frame where nobody is', () => {
    expect(presence.whole('a')).toEqual([{ topic: 'a', whole: true, here: [] }])
  })

  it.each([
    [1, [1]],
    [500, [500]],
    [501, [500, 1]],
    [1_200, [500, 500, 200]],
  ])('of %i devices is told in frames of 500, the first of which begins it', (count, sizes) => {
    fill(count)
    const frames = presence.whole('a')
    expect(frames.map(({ here }) => here?.length)).toEqual(sizes)
    expect(frames.map(({ whole }) => whole)).toEqual([true, ...sizes.slice(1).map(() => undefined)])
    expect(frames.flatMap(({ here = [] }) => here)).toEqual(presence.all())
  })
})

describe('what has changed', () => {
  it('is told once, in frames of 500', () => {
    fill(1_200)
    expect(presence.takeChanges('a').members.map(({ here }) => here?.length)).toEqual([500, 500, 200])
    expect([presence.dirty, presence.takeChanges('a').members]).toEqual([false, []])
  })

  it('is who is here, as they are now, and who is gone', () => {
    fill(2)
    presence.takeChanges('a').members
    presence.set('u0', 'd0', { typing: true })
    presence.set('u0', 'd0', { typing: false })
    presence.remove('d1')
    presence.set('u2', 'd2', 'new')
    expect(presence.takeChanges('a').members).toEqual([
      {
        topic: 'a',
        here: [
          { cid: 'u0', id: 'd0', state: { typing: false } },
          { cid: 'u2', id: 'd2', state: 'new' },
        ],
        gone: ['d1'],
      },
    ])
  })

  it('names nobody where there are only some who came, or only some who left', () => {
    fill(1)
    expect(presence.takeChanges('a').members).toEqual([{ topic: 'a', here: [{ cid: 'u0', id: 'd0' }] }])
    presence.remove('d0')
    presence.remove('d0')
    expect(presence.takeChanges('a').members).toEqual([{ topic: 'a', gone: ['d0'] }])
    expect(presence.size).toBe(0)
  })

  it('of someone who left and came again is that they are here', () => {
    fill(1)
    presence.takeChanges('a').members
    presence.remove('d0')
    presence.set('u0', 'd0', 1)
    expect(presence.takeChanges('a').members).toEqual([{ topic: 'a', here: [{ cid: 'u0', id: 'd0', state: 1 }] }])
  })
})

describe('away', () => {
  it('is told when it changes, and outlives a new state', () => {
    fill(1)
    presence.takeChanges('a').members
    presence.setAway('d0', false)
    presence.setAway('nobody', true)
    expect(presence.dirty).toBe(false)
    presence.setAway('d0', true)
    presence.set('u0', 'd0', 1)
    expect(presence.all()).toEqual([{ cid: 'u0', id: 'd0', state: 1, away: true }])
    presence.setAway('d0', false)
    expect(presence.takeChanges('a').members).toEqual([{ topic: 'a', here: [{ cid: 'u0', id: 'd0', state: 1 }] }])
  })
})

describe('a device that moves from one server to another', () => {
  const device = { cid: 'u', id: 'd' }

  it('stays, whichever of both is heard first, and whatever was read meanwhile', () => {
    presence.setAfar('b', device)
    presence.restore(['b', 'a'].map((node) => ({ node, present: device })))
    presence.removeAfar('a', 'd')
    expect(presence.all()).toEqual([device])
    presence.setAfar('c', { ...device, state: 1 })
    presence.removeNode('b')
    expect(presence.all()).toEqual([{ ...device, state: 1 }])
    presence.removeAfar('c', 'd')
    expect(presence.all()).toEqual([])
  })

  it('is not away any more where it comes to, and gone from where it was, though that heard of the other first', () => {
    presence.set('u', 'd', 'here')
    presence.takeChanges('a')
    presence.setAfar('b', { ...device, state: 'there' })
    expect(presence.all()).toEqual([{ ...device, state: 'here' }])
    presence.remove('d')
    expect(presence.takeChanges('a')).toEqual({
      members: [{ topic: 'a', here: [{ ...device, state: 'there' }] }],
      own: { here: [], gone: ['d'] },
    })
    presence.setAfar('b', { ...device, away: true })
    presence.set('u', 'd', 'again')
    expect(presence.all()).toEqual([{ ...device, state: 'again' }])
  })

  it('is gone, where nobody has it any more that was read', () => {
    presence.setAfar('a', device)
    presence.setAfar('b', device)
    presence.restore([])
    expect([presence.all(), presence.size]).toEqual([[], 0])
  })
})
