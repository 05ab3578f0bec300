import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const at = (name) => fileURLToPath(new URL(`page/${name}`, import.meta.url))

// Scripts, styles and WebSockets of this server and nothing else, whatever somebody types into the chat.
const HEADERS = {
  'Content-Security-Policy': "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
}

/** Reads and bundles the page; resolves with what answers requests for it. */
export async function loadPage() {
  const files = new Map([
    ['/', { type: 'text/html; charset=utf-8', body: await readFile(at('index.html')) }],
    ['/style.css', { type: 'text/css; charset=utf-8', body: await readFile(at('style.css')) }],
    ['/room.css', { type: 'text/css; charset=utf-8', body: await readFile(at('room.css')) }],
    ['/people.css', { type: 'text/css; charset=utf-8', body: await readFile(at('people.css')) }],
    ['/panels.css', { type: 'text/css; charset=utf-8', body: await readFile(at('panels.css')) }],
    ['/icon.svg', { type: 'image/svg+xml', body: await readFile(at('icon.svg')) }],
    ['/app.js', { type: 'text/javascript; charset=utf-8', body: await bundle(at('app.ts')) }],
  ])
  return (request, response) => {
    const file = files.get(request.url.split('?')[0])
    if (file === undefined) return response.writeHead(404, HEADERS).end('There is nothing here.\n')
    response.writeHead(200, { ...HEADERS, 'Content-Type': file.type }).end(file.body)
  }
}

/** The page's code and the client in one module. */
async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
  })
  return outputFiles[0].contents
}
