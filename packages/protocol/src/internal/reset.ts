export * from '../codes/reset.js'
