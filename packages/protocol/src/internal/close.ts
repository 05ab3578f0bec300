export * from '../codes/close.js'
