export * from '../codes/status.js'
