import { WSE_ERROR, WseError } from '@wse/protocol'

/** The topic is not for this client, or the event is not for it to publish. */
export const forbidden = (topic: string, event?: string): WseError =>
  new WseError(WSE_ERROR.TOPIC_FORBIDDEN, event === undefined ? { topic } : { topic, event }, {
    message:
      event === undefined
        ? `${topic} is not for this client`
        : `${event} is not for this client to publish on ${topic}`,
  })

/** Nobody defined the topic. */
export const unknown = (topic: string): WseError =>
  new WseError(WSE_ERROR.TOPIC_UNKNOWN, { topic }, { message: `there is no topic ${topic}` })

/** There is no room for another member, or subscription. */
export const full = (topic: string, limit: number): WseError =>
  new WseError(WSE_ERROR.TOPIC_FULL, { topic, limit }, { message: `no more than ${limit} fit` })

/** The contract has no such topic, or no such event on it. */
export const notAgreed = (topic: string, event?: string): WseError => {
  const what = event === undefined ? `topic ${topic}` : `event ${event} on ${topic}`
  return new WseError(WSE_ERROR.INVALID_NAME, {}, { message: `the contract has no ${what}` })
}
