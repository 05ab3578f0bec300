import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { WseServer } from '@wse/server'
import { expect, test } from 'vitest'

const UPGRADE = [
  'GET /a HTTP/1.1',
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: wse-default-json',
]

test('an upgrade that comes before ws is loaded is answered, though another listener is there', async () => {
  const http = createServer()
  // Owns some other path: it leaves this one alone.
  http.on('upgrade', () => {})
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const socket = connect((http.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`${UPGRADE.join('\r\n')}\r\n\r\n`)
  const server = new WseServer({ server: http, path: '/a', identify: ({ accept }) => accept('ann') })
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1.1 101/)
  socket.destroy()
  await server.close()
  await new Promise((resolve) => http.close(resolve))
})
