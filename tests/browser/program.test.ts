import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle } from './bundle.js'
import { launchChromium } from './chromium.js'
import { run } from './program/program.js'
import { serve } from './program/server.js'

/** `program/program.ts`, as the page has it. */
declare const program: typeof import('./program/program.js')

const aborted: string[] = []
let browser: Browser
let page: Page
let server: ReturnType<typeof serve>
let url: string

beforeAll(async () => {
  server = serve(aborted)
  url = `ws://127.0.0.1:${(await server.listen()).port}`
  browser = await launchChromium()
  page = await browser.newPage()
  await page.addScriptTag({
    content: await bundle(fileURLToPath(new URL('program/program.ts', import.meta.url)), 'program'),
  })
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

describe.each(['json', 'msgpack'] as const)('one program that keeps a contract, with %s', (codec) => {
  const expected = ['ANN', 5, 5, 'wse.invalid-payload', [0, 1, 2, 3, 4], 100_005, 'ann: hi', 'wse.client.rp.timeout']

  test('runs in Node', async () => {
    expect(await run(url, codec)).toEqual([...expected, 'HELLO', true])
  })

  test('runs in Chromium', async () => {
    const got = await page.evaluate(([to, name]) => program.run(to, name), [url, codec] as const)
    expect(got).toEqual([...expected, 'HELLO', true])
  })

  test('and the server was told of what was given up', () => {
    expect(aborted.splice(0)).toEqual(['wse.client.rp.timeout', 'wse.client.rp.timeout'])
  })
})
