import type { WseClient } from '@wse/client'
import { Calls } from '../../demo/page/calls.js'
import { showCalls, showState } from '../../demo/page/panel.js'
import { note } from './log.js'

/** Milliseconds from call to call; each takes up to 1.5 s, so that several are always under way. */
const PACE = 400
/** Calls under way beyond which no more are made. */
const MOST_CALLS = 50

/** Has whichever node serves this tab work all the time, and keeps the account of it. */
export function keepWorking(client: WseClient): void {
  const calls: Calls = new Calls(() => {
    const { lost } = calls
    showCalls('work-calls', calls)
    showState('work-verdict', lost === 0 ? 'good' : 'bad', lost === 1 ? '1 call lost.' : `${lost} calls lost.`)
  })
  setInterval(() => {
    if (client.status !== 'READY' || calls.underWay >= MOST_CALLS) return
    const n = calls.made
    // It may run twice without harm: where its session is lost with a node, it is asked again in the next one.
    const call = client.call('work', n, { timeout: 0, idempotent: true })
    call.catch(({ message }) => note('work', `call ${n}: ${message}`))
    calls.follow(call, (answer) => answer.n === n)
  }, PACE)
}
