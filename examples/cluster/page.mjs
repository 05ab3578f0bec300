import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, stop } from 'esbuild'

const at = (name) => fileURLToPath(new URL(name, import.meta.url))

// Nobody may show it in a frame; what it may load the page says itself.
const HEADERS = {
  'Content-Security-Policy': "frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
}
/** Path → what it is, and where; what looks as in the other demo is the same file. */
const FILES = new Map([
  ['/style.css', ['text/css; charset=utf-8', at('../demo/page/style.css')]],
  ['/panels.css', ['text/css; charset=utf-8', at('../demo/page/panels.css')]],
  ['/cluster.css', ['text/css; charset=utf-8', at('page/cluster.css')]],
  ['/nodes.css', ['text/css; charset=utf-8', at('page/nodes.css')]],
  ['/talk.css', ['text/css; charset=utf-8', at('page/talk.css')]],
  ['/icon.svg', ['image/svg+xml', at('../demo/page/icon.svg')]],
])
const INDEX = 'index.html'
const SCRIPT = 'app.js'

/** Makes of the page what nodes read, in `folder`; `control` is where its buttons talk to. */
export async function bundlePage(folder, control) {
  const html = await readFile(at(`page/${INDEX}`), 'utf8')
  await writeFile(join(folder, INDEX), html.replaceAll('{control}', control))
  await build({
    entryPoints: [at('page/app.ts')],
    outfile: join(folder, SCRIPT),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
  })
  // Its process would stay for another build.
  await stop()
}

/** Reads what `bundlePage` made; resolves with what answers requests for it. */
export async function readPage(folder) {
  const sources = new Map([
    ...FILES,
    ['/', ['text/html; charset=utf-8', join(folder, INDEX)]],
    ['/app.js', ['text/javascript; charset=utf-8', join(folder, SCRIPT)]],
  ])
  const read = async ([path, [type, file]]) => [path, { type, body: await readFile(file) }]
  const files = new Map(await Promise.all(Array.from(sources, read)))
  return (request, response) => {
    const file = files.get(request.url.split('?')[0])
    if (file === undefined) return response.writeHead(404, HEADERS).end('There is nothing here.\n')
    response.writeHead(200, { ...HEADERS, 'Content-Type': file.type }).end(file.body)
  }
}
