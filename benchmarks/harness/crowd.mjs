/** `count` of what `open(n)` resolves to, `atOnce` of them under way at a time. */
export async function crowd(count, open, atOnce = 100) {
  const opened = new Array(count)
  let next = 0
  const opener = async () => {
    while (next < count) {
      const n = next++
      opened[n] = await open(n)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, opener))
  return opened
}
