export const pings = []

export class Ping {
  eventName() {
    return 'ping'
  }

  async handle(connection, user, packet) {
    pings.push([connection.cid, user.cid, packet.getData()])
    connection.send('pong', packet.getData())
  }
}
