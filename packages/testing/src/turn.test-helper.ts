/** For tests of other packages. */
export { turn } from './turn.js'
