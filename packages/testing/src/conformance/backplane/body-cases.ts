import type { Data } from '@wse/protocol'
import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import { type Scene, WIDE } from './scene.js'

const MIB = 1_048_576
const TEXTS = ['', 'plain', 'ä€漢😀', '\u0000\u001f"\\', '\u2028\ufeff\uffff', '\r\n$5\r\nhello', '[1,{"a":null}]']
const LISTS = [[], [0], [13, 10], [0x22, 0x61, 0x22], [0xff, 0xfe, 0x80, 0xc3]].map((list) => Uint8Array.from(list))

/** What may be published. */
export const BODY_CASES: readonly BackplaneCase[] = [
  { name: 'carries any text', run: (scene) => carries(scene, TEXTS) },
  { name: 'carries any bytes', run: (scene) => carries(scene, [...LISTS, range(256)]) },
  {
    name: 'tells text from bytes',
    run: (scene) => carries(scene, ['', bytes(), '1', bytes(49), bytes(), '', bytes(50), '2']),
  },
  { name: 'carries 1 MiB of text', run: (scene) => carries(scene, ['x€'.repeat(MIB / 4)]) },
  { name: 'carries 1 MiB of bytes', run: (scene) => carries(scene, [range(MIB)]) },
  { name: 'carries a view of larger memory', run: (scene) => carries(scene, [bytes(1, 2, 3, 4, 5).subarray(1, 4)]) },
  { name: 'gives bytes memory of their own, on every node', run: ownMemory },
  { name: 'takes bytes as they were when they were published', run: asTheyWere },
  { name: 'keeps in a history what it carries, as it is', run: kept },
  { name: 'gives who reads a history memory of its own', run: ownHistory },
]

async function carries(scene: Scene, bodies: readonly Data[]): Promise<void> {
  const [one, two] = await scene.pair('s')
  for (const body of bodies) one.backplane.publish('s', body)
  for (const watch of [one, two]) {
    await watch.got(bodies.length)
    same(watch.bodies, bodies)
  }
}

async function kept(scene: Scene): Promise<void> {
  const one = await scene.node()
  const bodies = [...TEXTS, ...LISTS, 'x€'.repeat(MIB / 4), range(MIB)]
  for (const body of bodies) await one.keep('s', body, { history: WIDE })
  const { items } = await one.read('s', null)
  same(
    items.map(({ body }) => body),
    bodies,
  )
}

async function ownMemory(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const source = bytes(1, 2, 3)
  one.backplane.publish('s', source)
  for (const watch of [one, two]) {
    await watch.got(1)
    equal(watch.bodies[0], bytes(1, 2, 3), 'what arrived, after another receiver wrote into its own')
    ;(watch.bodies[0] as Uint8Array).fill(9)
  }
  equal(source, bytes(1, 2, 3), 'what was published, after its receivers wrote into theirs')
}

async function asTheyWere(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const source = bytes(1, 2, 3)
  one.backplane.publish('s', source, { history: WIDE })
  source.fill(8)
  await two.got(1)
  equal(two.bodies[0], bytes(1, 2, 3), 'what arrived, after the publisher wrote into what it had published')
  equal((await two.read('s', null)).items[0]?.body, bytes(1, 2, 3), 'what was kept')
}

async function ownHistory(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  await one.keep('s', bytes(1, 2, 3), { history: WIDE })
  await one.got(1)
  ;(one.bodies[0] as Uint8Array).fill(9)
  for (const watch of [one, two]) {
    const body = (await watch.read('s', null)).items[0]?.body as Uint8Array | undefined
    equal(body, bytes(1, 2, 3), 'what was kept, after another reader wrote into its own')
    body?.fill(9)
  }
}

function same(actual: readonly Data[], expected: readonly Data[]): void {
  equal(actual.length, expected.length, 'number of messages')
  for (const [at, body] of expected.entries()) {
    const isText = typeof body === 'string'
    ok(isText || actual[at] instanceof Uint8Array, `message ${at} is not a Uint8Array`)
    equal(actual[at], body, `message ${at}`)
  }
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values)
}

function range(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at)
}
