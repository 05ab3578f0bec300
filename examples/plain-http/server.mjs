import { createServer } from 'node:http'
import { serve } from './app.mjs'

const http = createServer()
await serve(http)
console.log(`http://localhost:${http.address().port}`)
