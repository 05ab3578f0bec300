import { describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { FRAME, WSE_CLOSE, WSE_ERROR, WSE_REASON, WSE_RESET, WSE_STATUS } from '../codes/tables.js'
import { FRAME_LIMITS } from '../limits/frame-limits.js'
import { REASON_BYTES } from '../transport/reason.js'
import { rootFile, vectors } from '../vectors.test-helper.js'
import { isReserved } from './envelope.js'
import { COUNTED_FRAMES, NAME_BYTES, RESERVED_CALLS, RESERVED_PREFIX, VERSION } from './names.js'

const golden = vectors<Record<string, unknown>>('names')
const document = rootFile('PROTOCOL.md')

describe('every name and value is the golden one', () => {
  it.each([
    ['frames', FRAME],
    ['calls', RESERVED_CALLS],
    ['counted', COUNTED_FRAMES],
    ['errors', WSE_ERROR],
    ['reasons', WSE_REASON],
    ['resets', WSE_RESET],
    ['statuses', WSE_STATUS],
    ['closeCodes', WSE_CLOSE],
  ])('%s', (name, actual) => {
    expect(actual).toEqual(golden[name])
    expect(Object.isFrozen(actual)).toBe(true)
  })

  it('and so are the numbers', () => {
    const { version, reservedPrefix, nameBytes, depth, reasonBytes, subprotocol } = golden
    expect([VERSION, RESERVED_PREFIX, NAME_BYTES, FRAME_LIMITS.depth, REASON_BYTES, jsonCodec.name]).toEqual([
      version,
      reservedPrefix,
      nameBytes,
      depth,
      reasonBytes,
      subprotocol,
    ])
    expect(FRAME_LIMITS.nameBytes).toBe(NAME_BYTES)
  })
})

it('no value stands for two things', () => {
  for (const names of [FRAME, WSE_ERROR, WSE_REASON, WSE_RESET, WSE_STATUS, WSE_CLOSE]) {
    expect(new Set(Object.values(names)).size).toBe(Object.values(names).length)
  }
})

it('every frame and reserved call is reserved, and no error is', () => {
  for (const name of [...Object.values(FRAME), ...RESERVED_CALLS]) expect(isReserved(name)).toBe(true)
  for (const code of Object.values(WSE_ERROR)) expect(isReserved(code)).toBe(false)
})

describe('the document', () => {
  it('has a section for every frame, with an example that reads', () => {
    for (const frame of Object.values(FRAME)) {
      const section = document.split(`\n### \`${frame}\`\n`)[1]?.split('\n#')[0] ?? ''
      const example = /Example: `(.+)`/.exec(section)?.[1] ?? ''
      expect(jsonCodec.decode(example, FRAME_LIMITS)[0], frame).toBe(frame)
    }
  })

  it('has a row for every error, close code, reason and reset reason', () => {
    for (const [constant, value] of Object.entries(WSE_ERROR))
      expect(document).toContain(`| \`${constant}\` | \`${value}\` |`)
    for (const [constant, code] of Object.entries(WSE_CLOSE))
      expect(document).toContain(`| ${code} | \`${constant}\` |`)
    for (const [constant, value] of Object.entries(WSE_REASON)) {
      expect(document).toContain(value === '' ? `\`${constant}\` ''` : `\`${constant}\` \`${value}\``)
    }
    const resets = document.split('### Reset reasons')[1] ?? ''
    for (const name of Object.entries(WSE_RESET).flat()) expect(resets).toContain(`\`${name}\``)
    for (const call of RESERVED_CALLS) expect(document).toContain(`| \`${call}\` |`)
  })

  it('numbers its rules once each, without a gap, and refers to none that is not there', () => {
    const rules = [...document.matchAll(/^- \*\*P-(\d+)\*\*/gm)].map(([, number]) => Number(number))
    expect([...rules].sort((one, two) => one - two)).toEqual(rules.map((_, index) => index + 1))
    for (const [, number] of document.matchAll(/P-(\d+)/g)) expect(rules).toContain(Number(number))
  })

  it('is what the vectors refer to', () => {
    const { frames } = vectors<{ frames: { rule: string }[] }>('malformed')
    for (const { rule } of frames) expect(document).toContain(`**${rule}**`)
  })
})
