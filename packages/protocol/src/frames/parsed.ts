import { Malformed } from './envelope.js'

/** What a parser read. @throws {Malformed} if it read nothing */
export function parsed<Frame>(type: string, frame: Frame | null): Frame {
  if (frame === null) throw new Malformed(`${type} is malformed`)
  return frame
}
