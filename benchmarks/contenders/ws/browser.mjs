/** The least a browser needs to speak to our raw ws server: no time-outs, no errors, no coming back. */
export function connect(url, token) {
  const socket = new WebSocket(url)
  const pending = new Map()
  let stamps = 0
  const call = (type, payload) =>
    new Promise((resolve) => {
      pending.set(++stamps, resolve)
      socket.send(JSON.stringify([type, payload, stamps]))
    })
  socket.onopen = () => socket.send(JSON.stringify(token))
  socket.onmessage = ({ data }) => {
    const [, payload, stamp] = JSON.parse(data)
    pending.get(stamp)?.(payload)
    pending.delete(stamp)
  }
  return { call }
}
