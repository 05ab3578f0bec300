import { SocketChannelListener } from '@wse/server/listeners'

export class GlobalChat extends SocketChannelListener {
  channelName() {
    return 'global-chat'
  }

  isAuthorised(_connection, user) {
    return user.cid !== 'eve'
  }

  async message(_connection, user, packet) {
    this.broadcast('global-chat', 'message', { from: user.cid, message: packet.getData().message })
  }
}
