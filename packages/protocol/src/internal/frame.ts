export * from '../codes/frame.js'
