/** Names as the server gives them to subjects: of a topic, and of a user. */
export const channelSubject = (channel) => `t:room:${channel}`
export const userSubject = (user) => `u:user-${user}`
