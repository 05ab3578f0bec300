const log = []

/** A class of the shape, without a base of ours. */
export default class UserChannel {
  static log = log

  channelName() {
    return 'user:chat.*'
  }

  middlewares() {
    return [
      {
        handle(ctx, next) {
          log.push(`${ctx.kind} ${ctx.topic}`)
          return next()
        },
      },
    ]
  }

  async isAuthorised(connection, user) {
    return connection.cid === user.cid
  }

  whereAmI(_connection, _user, packet) {
    this.send('here', [this.getChannelName(), packet.getChannel(), packet.getEvent(), packet.getData()])
  }

  #secret() {}

  get property() {
    throw new Error('never read')
  }
}
