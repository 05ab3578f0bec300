const fixed = (value, digits = 1) => (value === null ? '–' : value.toFixed(digits))

/** Prints what was measured. */
export function show({ results, attach, contenders, loads, median }) {
  for (const load of loads) {
    console.log(`\n${load}: µs of processor time a message, median of the rounds`)
    console.log('contender    rate/s   publisher  subscriber  both   ratio  engine  idle')
    for (const contender of contenders) console.log(row(results, { load, contender }, median))
  }
  console.log('\nattach 10,000 topics')
  console.log(`ms       ${attach.map(({ ms }) => fixed(ms, 0)).join(' ')}`)
  console.log(`bytes    ${attach.map(({ bytes }) => fixed(bytes, 0)).join(' ')} of heap each`)
}

function row(results, { load, contender }, median) {
  const own = results.filter((one) => one.load === load && one.contender === contender)
  const middle = (of) => median(own.map(of).filter((value) => value !== null))
  const both = ({ publisher, subscriber }) => publisher + subscriber
  const ratios = own.map((one) => {
    const base = results.find((other) => other.load === load && other.round === one.round && other.contender === 'raw')
    return both(one) / both(base)
  })
  return [
    contender.padEnd(11),
    fixed(
      middle(({ rate }) => rate),
      0,
    ).padStart(8),
    fixed(middle(({ publisher }) => publisher)).padStart(10),
    fixed(middle(({ subscriber }) => subscriber)).padStart(11),
    fixed(middle(both)).padStart(7),
    fixed(median(ratios), 2).padStart(7),
    fixed(middle(({ engine }) => engine)).padStart(7),
    fixed(
      middle(({ idle }) => idle),
      2,
    ).padStart(6),
  ].join(' ')
}
