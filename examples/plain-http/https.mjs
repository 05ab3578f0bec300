// The same behind TLS: `TLS_KEY` and `TLS_CERT` are files in PEM form.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { serve } from './app.mjs'

const [key, cert] = await Promise.all([readFile(process.env.TLS_KEY), readFile(process.env.TLS_CERT)])
const https = createServer({ key, cert })
await serve(https, '; Secure')
console.log(`https://localhost:${https.address().port}`)
