export * from '../codes/error.js'
