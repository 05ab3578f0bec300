export * from '../codes/reason.js'
