import { wse } from './wse/make.mjs'

/** Sessions that end with their links: what surviving costs is the difference. */
export default wse({
  name: 'wse-plain',
  label: 'WSE, resume: false',
  rank: 11,
  options: { resume: false },
  scenarios: ['memory', 'connects', 'fan-out'],
})
