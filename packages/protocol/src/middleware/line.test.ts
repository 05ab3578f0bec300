import { expect, it } from 'vitest'
import { Line } from './line.js'

it('a line runs what waits in order, one after the other, and tells when nobody does', async () => {
  const log: string[] = []
  const open: (() => void)[] = []
  const slow = (name: string) => () => {
    log.push(name)
    return new Promise<void>((resolve) => open.push(resolve))
  }
  const line = new Line(slow('one')(), () => log.push('over'))
  const quick = () => void log.push('quick')
  expect([line.add(quick as () => undefined), line.add(slow('two')), line.add(quick as () => undefined)]).toEqual([
    1, 2, 3,
  ])
  expect(log).toEqual(['one'])
  open.shift()?.()
  await Promise.resolve()
  expect(log).toEqual(['one', 'quick', 'two'])
  open.shift()?.()
  await Promise.resolve()
  expect(log).toEqual(['one', 'quick', 'two', 'quick', 'over'])
})
