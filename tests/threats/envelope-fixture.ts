const text = (value: unknown) => JSON.stringify(value)
const nested = (levels: number) => `["chat",${'['.repeat(levels)}${']'.repeat(levels)}]`

/** Frames that break the protocol, each with what is wrong about it. */
export const MALFORMED: readonly [string, string | Uint8Array][] = [
  ...['', 'null', '5', '"s"', '{}', '[]', '[[]]', '[{}]', '[null]', '[1]', '["a",1,2,3]', '\0', '\ufeff[]'].map(
    (frame): [string, string] => [`T43 ${text(frame)}`, frame],
  ),
  ['T43 half a surrogate pair', '\ud800'],
  ['T43 bytes that are no frame', new Uint8Array([1, 2, 3])],
  ['T43 bytes whose header is longer than the frame', new Uint8Array([255, 255, 255, 255, 0])],
  ['T46 63 levels and the two of the frame', nested(64)],
  ['T46 5,000 levels', nested(5_000)],
  ['T46 30,000 levels', nested(30_000)],
  ['T46 100,000 levels', nested(100_000)],
  ['T46 100,000 levels that are never closed', '['.repeat(100_000)],
  ['T46 100 objects inside each other', `["chat",${'{"a":'.repeat(100)}1${'}'.repeat(100)}]`],
  ['T48 a name of 130 bytes in 65 letters', text(['é'.repeat(65), 1])],
  ['T48 a name of 129 bytes inside ~wse:call', text(['~wse:call', { name: 'x'.repeat(129) }, 1])],
  ['T48 a name of 129 bytes inside ~wse:volatile', text(['~wse:volatile', ['x'.repeat(129), 1]])],
  ['T48 a name of 129 bytes', text(['x'.repeat(129), 1])],
  ['T48 a name of 10 KB', text(['x'.repeat(10_000), 1])],
  ['T49 an unknown reserved frame', text(['~wse:reboot', 1])],
  ['T49 a reserved frame inside ~wse:volatile', text(['~wse:volatile', ['~wse:welcome', 1]])],
  ['T50 a stamp of 10 KB', text(['add', 1, 'x'.repeat(10_000)])],
  ['T50 a stamp that is an object', text(['add', 1, {}])],
  ['T50 a stamp that is a fraction', text(['add', 1, 1.5])],
  ['T50 a stamp below zero', text(['add', 1, -1])],
  ['T50 a stamp of the wrong parity', text(['add', 1, 2])],
  ['T50 a stamp of the wrong parity inside ~wse:call', text(['~wse:call', { name: 'add' }, 2])],
  ['T50 a stamp beyond the safe integers', '["add",1,9007199254740993]'],
  ['T50 a stamp that is a text, from a version 5 client', text(['add', 1, 'abc'])],
  ['T50 a stamp that is true', text(['add', 1, true])],
  ['a batch of one', text([['chat', 1]])],
  ['a batch in a batch', text([[['chat', 1]], ['chat', 2]])],
  [
    'a link frame in a batch',
    text([
      ['~wse:ping', { sent: 0, received: 0 }],
      ['chat', 1],
    ]),
  ],
  ['a response without a stamp', text(['~wse:response', 1])],
]
